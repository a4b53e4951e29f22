package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.Eventually;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.OnFailure;
import io.vibee.protocol.chat.WhenInDoubt;
import io.vibee.sandbox.Fault;
import io.vibee.sandbox.IncomingMessage;
import io.vibee.sandbox.SandboxBot;
import io.vibee.sandbox.SandboxChat;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("When Telegram")
@Tag("node")
class TelegramDeliveryTest {

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
        OUTSIDE.model().faults().clear();
        OUTSIDE.model().latency(Duration.ZERO);
    }

    private static Dialogue begin() {
        return Dialogue.begin(node, OUTSIDE, JOURNAL, ChatMode.DIGITAL_TWIN);
    }

    @Nested
    @DisplayName("makes a group a supergroup")
    class Migration {

        @Test
        @DisplayName("the answer is sent once, there, and both are one chat")
        void send() {
            Dialogue before = begin().in(OUTSIDE.world().createGroup("Club", "group", false));
            SandboxChat supergroup = OUTSIDE.world().createGroup("Club");
            OUTSIDE.world().botJoins(before.bot(), supergroup, before.person());
            OUTSIDE.fail(1, Outside.SEND, before.bot(), Fault.migrated(supergroup.id()));
            before.write(before.toTheBot("Hello"));
            Dialogue after = before.in(supergroup);
            after.awaitAnswers(1);
            assertThat(before.answers()).isEmpty();
            Eventually.holds(() -> assertThat(before.events("Delivered")).hasSize(1));

            after.write(after.toTheBot("Still the same chat?"));
            after.awaitAnswers(2);
            Eventually.holds(() -> assertThat(before.stored())
                    .containsExactly(
                            "MessageReceived",
                            "ReplyDrafted",
                            "DeliveryStarted",
                            "TelegramChatChanged",
                            "DeliveryRefused",
                            "DeliveryStarted",
                            "Delivered",
                            "MessageReceived",
                            "ReplyDrafted",
                            "DeliveryStarted",
                            "Delivered"));
            assertThat(JOURNAL.events("Chat|" + after.chatId())).isEmpty();
        }

        @Test
        @DisplayName("and tells so in one poll with what was written before and after, all of it is one chat")
        void serviceMessages() {
            String owner = node.register();
            SandboxBot bot = OUTSIDE.bot();
            var person = OUTSIDE.world().createUser("Quentin");
            SandboxChat group = OUTSIDE.world().createGroup("Club", "group", false);
            SandboxChat supergroup = OUTSIDE.world().createGroup("Club");
            String session = node.connect(owner, bot, ChatMode.DIGITAL_TWIN).id();
            OUTSIDE.world().userWrites(bot, person, group, "@" + bot.username() + " Before");
            OUTSIDE.world().injectUpdate(bot, id -> service(id, group, "migrate_to_chat_id", supergroup));
            OUTSIDE.world().injectUpdate(bot, id -> service(id, supergroup, "migrate_from_chat_id", group));
            OUTSIDE.world().userWrites(bot, person, supergroup, "@" + bot.username() + " After");
            Dialogue before = new Dialogue(OUTSIDE, JOURNAL, owner, session, bot, person, group);
            Dialogue after = before.in(supergroup);

            after.awaitAnswers(1);
            Eventually.holds(() -> assertThat(before.events("MessageReceived")).hasSize(2));
            assertThat(JOURNAL.events("Chat|" + after.chatId())).isEmpty();
        }

        private static String service(long updateId, SandboxChat in, String field, SandboxChat other) {
            return """
                    {"update_id":%d,"message":{"message_id":%d,"date":1700000000,
                     "chat":{"id":%d,"type":"%s","title":"Club"},"%s":%d}}""".formatted(updateId, 1000 + updateId % 1000, in.id(), in.type(), field, other.id());
        }
    }

    @Nested
    @DisplayName("leaves it open whether a message went out,")
    class InDoubt {

        @Test
        @DisplayName("it is sent again: perhaps twice, never lost, and recorded as in doubt")
        void resend() {
            Dialogue dialogue = begin();
            long paid = OUTSIDE.modelCalls();
            OUTSIDE.fail(1, Outside.SEND, dialogue.bot(), Fault.cutAfter());
            dialogue.write("Hello");
            List<String> answers = dialogue.awaitAnswers(2);
            assertThat(answers.get(1)).isEqualTo(answers.get(0));
            dialogue.awaitStored(
                    "MessageReceived",
                    "ReplyDrafted",
                    "DeliveryStarted",
                    "DeliveryInDoubt",
                    "DeliveryStarted",
                    "Delivered");
            assertThat(OUTSIDE.modelCalls()).isEqualTo(paid + 1);
        }

        @Test
        @DisplayName("also after an error of the server or a connection lost before: then it arrives once")
        void serverError() {
            Dialogue dialogue = begin();
            OUTSIDE.fail(1, Outside.SEND, dialogue.bot(), Fault.serverError(502));
            OUTSIDE.fail(1, Outside.SEND, dialogue.bot(), Fault.cutBefore());
            dialogue.write("Hello");
            dialogue.awaitStored(
                    "MessageReceived",
                    "ReplyDrafted",
                    "DeliveryStarted",
                    "DeliveryInDoubt",
                    "DeliveryStarted",
                    "DeliveryInDoubt",
                    "DeliveryStarted",
                    "Delivered");
            assertThat(dialogue.answers()).hasSize(1);
        }

        @Test
        @DisplayName("it is not sent again where the owner wants none twice")
        void skip() {
            Dialogue dialogue = begin();
            dialogue.write("Hello");
            dialogue.awaitAnswers(1);
            dialogue.configure(node, ChatMode.DIGITAL_TWIN, OnFailure.PREDEFINED, WhenInDoubt.SKIP);
            OUTSIDE.fail(1, Outside.SEND, dialogue.bot(), Fault.cutAfter());
            dialogue.write("Second");
            dialogue.write("Third");
            dialogue.awaitAnswers(3);
            Eventually.holds(() -> assertThat(dialogue.events("Delivered")).hasSize(2));
            assertThat(dialogue.events("DeliveryInDoubt")).hasSize(1);
            assertThat(dialogue.events("DeliveryInDoubt")
                            .getFirst()
                            .path("resolution")
                            .asText())
                    .isEqualTo("skip");
            // No other test skips.
            Scrape.shows("deliveries_in_doubt_total{resolution=\"skip\"} 1.0");
        }
    }

    @Nested
    @DisplayName("takes no more than 4096 characters,")
    class LongAnswers {

        @Test
        @DisplayName("a long answer goes out in parts, in order, each recorded")
        void split() {
            Dialogue dialogue = begin();
            String text = IntStream.range(0, 2000).mapToObj(i -> "word" + i).collect(Collectors.joining(" "));
            OUTSIDE.failModel(
                    1,
                    Fault.raw(
                            200,
                            "application/json",
                            "{\"model\":\"m\",\"choices\":[{\"message\":{\"content\":\"" + text + "\"}}]}"));
            dialogue.write("Tell me everything");
            List<String> parts = dialogue.awaitAnswers(5);
            assertThat(String.join(" ", parts)).isEqualTo(text);
            dialogue.awaitStored(
                    "MessageReceived",
                    "ReplyDrafted",
                    "DeliveryStarted",
                    "Delivered",
                    "DeliveryStarted",
                    "Delivered",
                    "DeliveryStarted",
                    "Delivered",
                    "DeliveryStarted",
                    "Delivered",
                    "DeliveryStarted",
                    "Delivered");
        }
    }

    @Test
    @DisplayName("is asked for an answer that takes a while, the person sees typing")
    void typing() {
        Dialogue dialogue = begin();
        OUTSIDE.model().latency(Duration.ofSeconds(2));
        dialogue.write(IncomingMessage.text("Think about it"));
        Eventually.holds(() -> assertThat(OUTSIDE.world().isTyping(dialogue.bot(), dialogue.chat()))
                .isTrue());
        dialogue.awaitAnswers(1);
    }
}
