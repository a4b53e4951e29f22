package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.Eventually;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import io.vibee.protocol.carrier.Carrier;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.AnswerInGroup;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.Contact;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.Manners;
import io.vibee.protocol.chat.OnFailure;
import io.vibee.protocol.chat.WhenInDoubt;
import io.vibee.protocol.session.SessionStatus;
import io.vibee.sandbox.Fault;
import io.vibee.sandbox.IncomingMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.pekko.Done;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("A chat")
@Tag("node")
class ModesTest {

    private static final Outside OUTSIDE = new Outside();
    private static final DatabaseUrl DATABASE = TestDatabase.fresh();
    private static final Journal JOURNAL = new Journal(DATABASE);
    private static final MovableClock CLOCK = new MovableClock();
    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.on(DATABASE, OUTSIDE).clock(CLOCK).start();
    }

    @AfterAll
    static void stop() {
        node.close();
        OUTSIDE.close();
    }

    @AfterEach
    void allIsWell() {
        OUTSIDE.telegram().faults().clear();
        OUTSIDE.model().latency(Duration.ZERO);
        CLOCK.reset();
    }

    private static Dialogue begin(ChatMode mode) {
        return Dialogue.begin(node, OUTSIDE, JOURNAL, mode);
    }

    private static void awaitReasons(Dialogue dialogue, String... reasons) {
        Eventually.holds(() -> assertThat(dialogue.reasons()).containsExactly(reasons));
    }

    @Nested
    @DisplayName("in mode")
    class Mode {

        @Test
        @DisplayName("digital_twin answers every message")
        void digitalTwin() {
            Dialogue dialogue = begin(ChatMode.DIGITAL_TWIN);
            dialogue.write("One");
            dialogue.write("Two");
            dialogue.awaitAnswers(2);
        }

        @Test
        @DisplayName("sniper answers what has a trigger word, whole and in any case and script")
        void sniper() {
            Dialogue dialogue = begin(ChatMode.OBSERVE);
            dialogue.write("Opens the chat");
            awaitReasons(dialogue, "observe");
            dialogue.configure(node, ChatMode.SNIPER, OnFailure.PREDEFINED, WhenInDoubt.RESEND, "price", "СРОЧНО");
            dialogue.write("Nothing of interest");
            dialogue.write("The priceless painting");
            dialogue.write("What is your PRICE?");
            dialogue.write("срочно ответь");
            dialogue.awaitAnswers(2);
            awaitReasons(dialogue, "observe", "no_trigger", "no_trigger", "answered", "answered");
        }

        @Test
        @DisplayName("sniper with probability 0 answers nothing")
        void improbable() {
            Dialogue dialogue = begin(ChatMode.OBSERVE);
            dialogue.write("Opens the chat");
            awaitReasons(dialogue, "observe");
            node.configure(
                    dialogue.owner(),
                    dialogue.chatId(),
                    new ChatView.Config(
                            ChatMode.SNIPER,
                            List.of("price"),
                            0.0,
                            OnFailure.PREDEFINED,
                            WhenInDoubt.RESEND,
                            List.of(),
                            false,
                            30,
                            720,
                            Manners.DEFAULT,
                            List.of(),
                            Contact.ALLOWED));
            dialogue.write("price");
            awaitReasons(dialogue, "observe", "chance");
        }

        @Test
        @DisplayName("observe keeps every message and answers none")
        void observe() {
            Dialogue dialogue = begin(ChatMode.OBSERVE);
            dialogue.write("Hello");
            awaitReasons(dialogue, "observe");
            assertThat(dialogue.events("MessageReceived")
                            .getFirst()
                            .path("content")
                            .toString())
                    .contains("ciphertext");
        }

        @Test
        @DisplayName("disabled keeps neither text nor name nor title, and answers none")
        void disabled() {
            Dialogue dialogue = begin(ChatMode.DISABLED);
            dialogue.write("Hello");
            awaitReasons(dialogue, "disabled");
            assertThat(JOURNAL.events("Chat|" + dialogue.chatId()).toString()).doesNotContain("ciphertext");
        }
    }

    @Nested
    @DisplayName("answers")
    class Answers {

        @Test
        @DisplayName("the caption of a photo")
        void caption() {
            Dialogue dialogue = begin(ChatMode.DIGITAL_TWIN);
            OUTSIDE.model().echo(true);
            try {
                dialogue.write(IncomingMessage.photo("Look at my boat"));
                assertThat(dialogue.awaitAnswers(1).getFirst()).contains("Look at my boat");
            } finally {
                OUTSIDE.model().echo(false);
            }
        }

        @Test
        @DisplayName("in the topic of the message")
        void topic() {
            Dialogue dialogue =
                    begin(ChatMode.DIGITAL_TWIN).in(OUTSIDE.world().createGroup("Forum", "supergroup", true));
            dialogue.write(IncomingMessage.text(dialogue.toTheBot("Hello")).inTopic(7));
            dialogue.awaitAnswers(1);
            assertThat(OUTSIDE.world()
                            .transcript(dialogue.bot(), dialogue.chat())
                            .getLast()
                            .threadId())
                    .isEqualTo(7);
        }
    }

    @Nested
    @DisplayName("lets people finish, and gives")
    class Pauses {

        @Test
        @DisplayName("one answer to what one of them wrote in several messages")
        void together() {
            Dialogue dialogue = begin(ChatMode.OBSERVE);
            dialogue.write("Opens the chat");
            awaitReasons(dialogue, "observe");
            node.configure(
                    dialogue.owner(),
                    dialogue.chatId(),
                    new ChatView.Config(
                            ChatMode.DIGITAL_TWIN,
                            List.of(),
                            1.0,
                            OnFailure.PREDEFINED,
                            WhenInDoubt.RESEND,
                            List.of(),
                            false,
                            30,
                            720,
                            new Manners(2, AnswerInGroup.MENTIONED, 0, false, false, false),
                            List.of(),
                            Contact.ALLOWED));
            dialogue.write("Hello");
            dialogue.write("I have a question");
            dialogue.write("Are you open on Sunday?");

            assertThat(dialogue.awaitAnswers(1).getFirst()).contains("Sunday");
            Eventually.holds(() -> assertThat(dialogue.events("NotAnswered"))
                    .extracting(event -> event.path("reason").asText())
                    .containsExactly("superseded", "superseded"));
            assertThat(dialogue.events("ReplyDrafted")).hasSize(1);
        }
    }

    @Nested
    @DisplayName("stores and does not answer")
    class NotAnswered {

        @Test
        @DisplayName("a photo without a caption")
        void noText() {
            Dialogue dialogue = begin(ChatMode.DIGITAL_TWIN);
            dialogue.write(IncomingMessage.photo(""));
            awaitReasons(dialogue, "no_text");
        }

        @Test
        @DisplayName("a message from before the connection")
        void before() {
            Dialogue dialogue = begin(ChatMode.DIGITAL_TWIN);
            dialogue.write(
                    IncomingMessage.text("Long ago").writtenAt(Instant.now().minusSeconds(3)));
            awaitReasons(dialogue, "before_connection");
        }

        @Test
        @DisplayName("a message that is too old when it is seen")
        void tooOld() {
            Dialogue dialogue = begin(ChatMode.DIGITAL_TWIN);
            CLOCK.putForward(Duration.ofHours(13));
            dialogue.write("Twelve hours are too many");
            awaitReasons(dialogue, "too_old");
        }

        @Test
        @DisplayName("what another bot writes")
        void bots() {
            Dialogue dialogue = begin(ChatMode.DIGITAL_TWIN).in(OUTSIDE.world().createGroup("Club"));
            var robot = OUTSIDE.world().createUser("Robot", "en", true);
            OUTSIDE.world().userWrites(dialogue.bot(), robot, dialogue.chat(), "Beep");
            awaitReasons(dialogue, "from_bot");
        }
    }

    @Nested
    @DisplayName("records")
    class Records {

        @Test
        @DisplayName("an edit, without answering again")
        void edit() {
            Dialogue dialogue = begin(ChatMode.DIGITAL_TWIN);
            long id = dialogue.write("Helo");
            dialogue.awaitStored("MessageReceived", "ReplyDrafted", "DeliveryStarted", "Delivered");
            OUTSIDE.world().userEdits(dialogue.bot(), dialogue.chat(), id, "Hello");
            dialogue.awaitStored("MessageReceived", "ReplyDrafted", "DeliveryStarted", "Delivered", "MessageEdited");
        }

        @Test
        @DisplayName("an edit of what waits, and answers what was meant")
        void editOfPending() {
            Dialogue dialogue = begin(ChatMode.DIGITAL_TWIN);
            OUTSIDE.model().latency(Duration.ofSeconds(2));
            OUTSIDE.model().echo(true);
            try {
                dialogue.write("First");
                long id = dialogue.write("Secnod");
                Eventually.holds(() -> assertThat(dialogue.reasons()).hasSize(2));
                OUTSIDE.world().userEdits(dialogue.bot(), dialogue.chat(), id, "Second");
                assertThat(dialogue.awaitAnswers(2).getLast().strip()).endsWith("Second");
            } finally {
                OUTSIDE.model().echo(false);
            }
        }

        @Test
        @DisplayName("that a message was taken back, and does not answer it")
        void deletion() {
            Dialogue dialogue = begin(ChatMode.DIGITAL_TWIN);
            OUTSIDE.model().latency(Duration.ofSeconds(2));
            long id = dialogue.write("I regret this");
            Eventually.holds(() -> assertThat(dialogue.reasons()).hasSize(1));
            Done stored = node.ask(
                    node.member().entities().chat(dialogue.chatId()),
                    replyTo -> new ChatCommand.Receive(
                            dialogue.owner(),
                            new Carrier(dialogue.sessionId(), SessionKind.BOT, null),
                            new ChatCommand.Place(dialogue.chat().id(), ChatType.PRIVATE, "Quentin"),
                            new Incoming.Deletion(List.of(id)),
                            Instant.EPOCH,
                            ChatMode.DIGITAL_TWIN,
                            replyTo));
            assertThat(stored).isEqualTo(Done.getInstance());
            dialogue.awaitStored("MessageReceived", "MessageDeleted", "NotAnswered");
            assertThat(dialogue.events("NotAnswered").getFirst().path("reason").asText())
                    .isEqualTo("deleted");
            dialogue.write("Something else");
            dialogue.awaitAnswers(1);
        }

        @Test
        @DisplayName("a message once, though Telegram delivers it again")
        void redelivery() {
            Dialogue dialogue = begin(ChatMode.DIGITAL_TWIN);
            Eventually.holds(() -> assertThat(OUTSIDE.telegram().requests().count(Outside.POLL, dialogue.bot()))
                    .isEqualTo(2));
            OUTSIDE.fail(1000, Outside.POLL, dialogue.bot(), Fault.cutBefore());
            dialogue.write("Hello");
            dialogue.awaitAnswers(1);
            dialogue.awaitStatus(node, SessionStatus.BACKING_OFF);
            assertThat(OUTSIDE.world().unconfirmed(dialogue.bot())).isOne();

            // A new poller knows no offset.
            node.pause(dialogue.owner(), dialogue.sessionId());
            OUTSIDE.telegram().faults().clear();
            node.resume(dialogue.owner(), dialogue.sessionId());
            Eventually.holds(() ->
                    assertThat(OUTSIDE.world().unconfirmed(dialogue.bot())).isZero());
            dialogue.awaitStored("MessageReceived", "ReplyDrafted", "DeliveryStarted", "Delivered");
            assertThat(dialogue.answers()).hasSize(1);
        }
    }
}
