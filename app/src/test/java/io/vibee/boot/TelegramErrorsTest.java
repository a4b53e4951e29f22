package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.Eventually;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.session.SessionStatus;
import io.vibee.sandbox.Fault;
import io.vibee.sandbox.RecordedRequest;
import io.vibee.sandbox.SandboxBot;
import io.vibee.session.Connected;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("When Telegram")
@Tag("node")
class TelegramErrorsTest {

    private static final Outside OUTSIDE = new Outside();
    private static final DatabaseUrl DATABASE = TestDatabase.fresh();
    private static final Journal JOURNAL = new Journal(DATABASE);
    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.on(DATABASE, OUTSIDE).start();
    }

    @AfterAll
    static void stop() {
        node.close();
        OUTSIDE.close();
    }

    @AfterEach
    void allIsWell() {
        OUTSIDE.telegram().faults().clear();
    }

    private static Dialogue begin() {
        return Dialogue.begin(node, OUTSIDE, JOURNAL, ChatMode.DIGITAL_TWIN);
    }

    /** With what goes wrong already when the bot is connected. */
    private static Dialogue beginWith(int calls, String method, Fault fault) {
        String owner = node.register();
        SandboxBot bot = OUTSIDE.bot();
        OUTSIDE.fail(calls, method, bot, fault);
        String session = node.connect(owner, bot, ChatMode.DIGITAL_TWIN).id();
        var person = OUTSIDE.world().createUser("Quentin");
        return new Dialogue(
                OUTSIDE, JOURNAL, owner, session, bot, person, OUTSIDE.world().privateChat(person));
    }

    private static Duration between(RecordedRequest first, RecordedRequest second) {
        return Duration.ofNanos(second.nanoTime() - first.nanoTime());
    }

    @Nested
    @DisplayName("revokes the token (401)")
    class Revoked {

        @Test
        @DisplayName("in a poll, the session ends with it, asks nothing more, and goes on with a new token")
        void poll() {
            Dialogue dialogue = beginWith(1, Outside.POLL, Fault.unauthorized());
            dialogue.awaitStatus(node, SessionStatus.REVOKED);
            long polls = OUTSIDE.telegram().requests().count(Outside.POLL, dialogue.bot());

            dialogue.write("Anybody there?");
            begin().withAnother().write("Time passes");
            Dialogue other = begin();
            other.write("More time passes");
            other.awaitAnswers(1);
            assertThat(OUTSIDE.telegram().requests().count(Outside.POLL, dialogue.bot()))
                    .isEqualTo(polls)
                    .isOne();

            var token = OUTSIDE.world().replaceToken(dialogue.bot());
            assertThat(node.tryConnect(dialogue.owner(), token, ChatMode.DIGITAL_TWIN))
                    .isInstanceOfSatisfying(
                            Connected.Live.class,
                            live -> assertThat(live.session().id()).isEqualTo(dialogue.sessionId()));
            dialogue.write("And now?");
            Eventually.value(OUTSIDE.world().awaitBotMessages(dialogue.bot(), dialogue.chat(), 1));
            assertThat(JOURNAL.types("Session|" + dialogue.sessionId()))
                    .containsExactly("SessionConnected", "SessionRevoked", "TokenReplaced");
        }

        @Test
        @DisplayName("while a poll is held, it is noticed at once")
        void held() {
            Dialogue dialogue = begin();
            dialogue.write("Hello");
            dialogue.awaitAnswers(1);
            OUTSIDE.world().revoke(dialogue.bot());
            dialogue.awaitStatus(node, SessionStatus.REVOKED);
        }

        @Test
        @DisplayName("in a send, the answer is a dead letter and the session ends with it")
        void send() {
            Dialogue dialogue = begin();
            OUTSIDE.fail(1, Outside.SEND, dialogue.bot(), Fault.unauthorized());
            dialogue.write("Hello");
            dialogue.awaitStatus(node, SessionStatus.REVOKED);
            dialogue.awaitStored(
                    "MessageReceived", "ReplyDrafted", "DeliveryStarted", "DeliveryRefused", "DeadLettered");
            assertThat(dialogue.answers()).isEmpty();
        }
    }

    @Nested
    @DisplayName("refuses")
    class Refuses {

        @Test
        @DisplayName("a chat for good (403), its answer is a dead letter and the bot's other chats are answered")
        void forbidden() {
            Dialogue dialogue = begin();
            dialogue.write("Hello");
            dialogue.awaitStored("MessageReceived", "ReplyDrafted", "DeliveryStarted", "Delivered");
            OUTSIDE.world().userBlocks(dialogue.bot(), dialogue.person());
            dialogue.write("I blocked you");
            // Telegram tells of the block; who writes has lifted it, until a refusal says otherwise.
            dialogue.awaitStored(
                    "MessageReceived",
                    "ReplyDrafted",
                    "DeliveryStarted",
                    "Delivered",
                    "ChatBarred",
                    "ChatUnbarred",
                    "MessageReceived",
                    "ReplyDrafted",
                    "DeliveryStarted",
                    "DeliveryRefused",
                    "DeadLettered",
                    "ChatBarred");
            Dialogue other = dialogue.withAnother();
            other.write("Hello");
            other.awaitAnswers(1);
            assertThat(dialogue.events("DeliveryRefused")
                            .getFirst()
                            .path("code")
                            .asInt())
                    .isEqualTo(403);
        }

        @Test
        @DisplayName("to let the bot write in a chat (400), no model is asked for what comes there")
        void noRights() {
            Dialogue dialogue = begin();
            OUTSIDE.fail(
                    1,
                    Outside.SEND,
                    dialogue.bot(),
                    Fault.badRequest("Bad Request: not enough rights to send text messages to the chat"));
            dialogue.write("First");
            Eventually.holds(() -> assertThat(dialogue.stored()).contains("ChatBarred"));
            dialogue.write("Second");
            dialogue.awaitStored(
                    "MessageReceived",
                    "ReplyDrafted",
                    "DeliveryStarted",
                    "DeliveryRefused",
                    "DeadLettered",
                    "ChatBarred",
                    "MessageReceived");
            assertThat(dialogue.events("MessageReceived")
                            .getLast()
                            .path("not_answered")
                            .asText())
                    .isEqualTo("barred");
        }

        @Test
        @DisplayName("a message (400), it is a dead letter and the next one is sent")
        void badRequest() {
            Dialogue dialogue = begin();
            OUTSIDE.fail(1, Outside.SEND, dialogue.bot(), Fault.badRequest("message is strange"));
            dialogue.write("First");
            dialogue.write("Second");
            dialogue.awaitAnswers(1);
            Eventually.holds(() -> assertThat(dialogue.stored()).contains("DeadLettered", "Delivered"));
        }

        @Test
        @DisplayName("to poll twice (409), the session shows it, backs off and goes on")
        void conflict() {
            Dialogue dialogue = beginWith(1, Outside.POLL, Fault.conflict());
            dialogue.awaitStatus(node, SessionStatus.CONFLICT);
            dialogue.write("Hello");
            dialogue.awaitAnswers(1);
            dialogue.awaitStatus(node, SessionStatus.POLLING);
            List<RecordedRequest> polls = OUTSIDE.calls(Outside.POLL, dialogue.bot());
            assertThat(between(polls.get(0), polls.get(1)))
                    .isGreaterThan(Duration.ofSeconds(2).minusMillis(50));
        }
    }

    @Nested
    @DisplayName("says to wait (429)")
    class FloodWait {

        @Test
        @DisplayName("the bot sends nothing for so long, then all in order")
        void send() {
            Dialogue first = begin();
            Dialogue second = first.withAnother();
            OUTSIDE.fail(1, Outside.SEND, first.bot(), Fault.floodWait(2));
            first.write("One");
            Eventually.holds(() -> assertThat(first.events("DeliveryRefused")).hasSize(1));
            first.write("Two");
            second.write("Three");
            first.awaitAnswers(2);
            second.awaitAnswers(1);

            List<RecordedRequest> sends = OUTSIDE.calls(Outside.SEND, first.bot());
            assertThat(sends).hasSize(4);
            assertThat(between(sends.get(0), sends.get(1))).isGreaterThanOrEqualTo(Duration.ofMillis(1950));
            assertThat(sends.get(0).params().path("text"))
                    .isEqualTo(sends.stream()
                            .skip(1)
                            .filter(send -> send.params().path("chat_id").asLong()
                                    == first.chat().id())
                            .findFirst()
                            .orElseThrow()
                            .params()
                            .path("text"));
        }

        @Test
        @DisplayName("to polls, they wait")
        void poll() {
            Dialogue dialogue = beginWith(1, Outside.POLL, Fault.floodWait(2));
            dialogue.awaitStatus(node, SessionStatus.BACKING_OFF);
            dialogue.write("Hello");
            dialogue.awaitAnswers(1);
            List<RecordedRequest> polls = OUTSIDE.calls(Outside.POLL, dialogue.bot());
            assertThat(between(polls.get(0), polls.get(1))).isGreaterThanOrEqualTo(Duration.ofMillis(1950));
        }
    }

    @Nested
    @DisplayName("answers polls")
    class Polls {

        @Test
        @DisplayName("at once with nothing, they come slower and slower, until there is something")
        void nothing() {
            Dialogue dialogue = beginWith(1000, Outside.POLL, Fault.emptyAtOnce());
            Eventually.holds(() -> assertThat(OUTSIDE.telegram().requests().count(Outside.POLL, dialogue.bot()))
                    .isGreaterThanOrEqualTo(7));
            List<RecordedRequest> polls = OUTSIDE.calls(Outside.POLL, dialogue.bot());
            // 100 ms doubling, each at least half of it.
            assertThat(between(polls.get(1), polls.get(6))).isGreaterThan(Duration.ofMillis(1500));
            OUTSIDE.telegram().faults().clear();
            dialogue.write("Hello");
            dialogue.awaitAnswers(1);
        }

        @Test
        @DisplayName("with an error of its own or a page of a proxy, they are tried again")
        void errors() {
            Dialogue dialogue = beginWith(1, Outside.POLL, Fault.serverError(500));
            OUTSIDE.fail(1, Outside.POLL, dialogue.bot(), Fault.htmlPage(502));
            OUTSIDE.fail(1, Outside.POLL, dialogue.bot(), Fault.cutBefore());
            dialogue.write("Hello");
            dialogue.awaitAnswers(1);
            dialogue.awaitStatus(node, SessionStatus.POLLING);
        }

        @Test
        @DisplayName("with updates that can't be read or are of unknown kinds, those behind them arrive")
        void garbage() {
            Dialogue dialogue = begin();
            var world = OUTSIDE.world();
            world.injectUpdate(dialogue.bot(), id -> "{\"update_id\":" + id + ",\"message\":42}");
            world.injectUpdate(dialogue.bot(), id -> "{\"update_id\":" + id + ",\"message\":{\"message_id\":1}}");
            world.injectUpdate(dialogue.bot(), id -> "17");
            world.injectUpdate(dialogue.bot(), id -> "{\"update_id\":" + id + ",\"moon_phase\":{\"full\":true}}");
            world.injectUpdate(dialogue.bot(), id -> """
                            {"update_id":%d,"message":{"message_id":900,"date":%d,"new_field":[1,{"a":2}],"text":"Hi there",
                             "from":{"id":%d,"is_bot":false,"first_name":"Quentin","mood":"good"},
                             "chat":{"id":%d,"type":"private","first_name":"Quentin"}}}""".formatted(
                            id,
                            System.currentTimeMillis() / 1000,
                            dialogue.person().id(),
                            dialogue.chat().id()));
            dialogue.write("The one behind");
            dialogue.awaitAnswers(2);
            Eventually.holds(() -> assertThat(world.unconfirmed(dialogue.bot())).isZero());
        }
    }
}
