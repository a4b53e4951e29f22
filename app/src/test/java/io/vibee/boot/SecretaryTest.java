package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.chat.ChatIds;
import io.vibee.journal.Eventually;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import io.vibee.protocol.chat.AnswerInGroup;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.Contact;
import io.vibee.protocol.chat.Manners;
import io.vibee.protocol.session.SessionStatus;
import io.vibee.sandbox.BusinessRights;
import io.vibee.sandbox.ChatButton;
import io.vibee.sandbox.Fault;
import io.vibee.sandbox.IncomingMessage;
import io.vibee.sandbox.SandboxBot;
import io.vibee.sandbox.SandboxChat;
import io.vibee.sandbox.SandboxUser;
import io.vibee.sandbox.TranscriptEntry;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("Through the operator's bot, a person")
@Tag("node")
class SecretaryTest {

    private static final String READ = "readBusinessMessage";

    private static final Outside OUTSIDE = new Outside();
    private static final DatabaseUrl DATABASE = TestDatabase.fresh();
    private static final Journal JOURNAL = new Journal(DATABASE);
    private static final SandboxBot BOT = OUTSIDE.world().createBot("operators_bot");
    private static final AtomicInteger PEOPLE = new AtomicInteger();
    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.on(DATABASE, OUTSIDE)
                .with("TELEGRAM_BOT_TOKEN", BOT.token().reveal())
                .start();
        Eventually.holds(() -> assertThat(
                        OUTSIDE.world().commands(BOT, OUTSIDE.world().createUser("Nobody")))
                .containsKey("status"));
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
        OUTSIDE.model().pace(Duration.ZERO);
    }

    /** A person with a contact. */
    private static final class Person {
        private final SandboxUser bob = OUTSIDE.world().createUser("Bob" + PEOPLE.incrementAndGet());
        private final SandboxUser ann = OUTSIDE.world().createUser("Ann" + PEOPLE.get());
        private final SandboxChat desk = OUTSIDE.world().privateChat(bob);

        /** Signs up by the bot, and connects it. */
        Person connected() {
            OUTSIDE.world().userStarts(BOT, bob, "");
            reads("You are signed up");
            OUTSIDE.world().profiles().connects(bob, BOT, BusinessRights.ALL);
            reads("I read the chats");
            knowsEverybody();
            return this;
        }

        /** Who is new is answered as others are. */
        void knowsEverybody() {
            says("/review off");
            reads("as new chats are");
        }

        void says(String text) {
            OUTSIDE.world().userWrites(BOT, bob, desk, text);
        }

        /** The bot's messages to this person. */
        List<TranscriptEntry> read() {
            return OUTSIDE.world().transcript(BOT, desk).stream()
                    .filter(TranscriptEntry::fromBot)
                    .toList();
        }

        TranscriptEntry reads(String part) {
            Eventually.holds(
                    () -> assertThat(read()).extracting(TranscriptEntry::text).anyMatch(text -> text.contains(part)));
            return read().stream()
                    .filter(entry -> entry.text().contains(part))
                    .toList()
                    .getLast();
        }

        /** Gives the press's id. */
        String presses(TranscriptEntry card, String button) {
            ChatButton found = card.buttons().stream()
                    .flatMap(List::stream)
                    .filter(one -> one.text().equals(button))
                    .findFirst()
                    .orElseThrow();
            return OUTSIDE.world().userPresses(BOT, bob, desk, card.messageId(), found.data());
        }

        void annWrites(String text) {
            OUTSIDE.world().profiles().contactWrites(bob, ann, text);
        }

        /** What stands in the chat of the two and was written by the bot. */
        List<String> answers() {
            return OUTSIDE.world().profiles().transcript(bob, ann).stream()
                    .filter(TranscriptEntry::fromBot)
                    .map(TranscriptEntry::text)
                    .toList();
        }

        String owner() {
            return JOURNAL.rows("select id from app_user where telegram_verified and telegram_id = " + bob.id())
                    .getFirst()
                    .getFirst();
        }

        String sessionId() {
            return JOURNAL.rows("select session_id from business_connection where telegram_user_id = " + bob.id())
                    .getFirst()
                    .getFirst();
        }

        List<String> events() {
            return JOURNAL.types("Chat|" + ChatIds.of(sessionId(), ann.id()));
        }

        /** What is read of the chat is in this table by now. */
        void isListed(String table) {
            String session = sessionId();
            Eventually.holds(
                    () -> assertThat(JOURNAL.rows("select 1 from " + table + " where session_id = '" + session + "'"))
                            .isNotEmpty());
        }

        /** Ann wrote, and the answer waits for Bob. */
        TranscriptEntry card(String question) {
            annWrites(question);
            return reads(question);
        }

        /** New chats are answered without asking. */
        void isAnsweredFor() {
            says("/mode digital_twin");
            reads("in the mode \"answer\"");
        }
    }

    @Test
    @DisplayName("signs up, connects a profile, and approves the first answer with one tap")
    void approves() {
        Person person = new Person().connected();
        TranscriptEntry card = person.card("are you coming tonight?");
        assertThat(person.answers()).isEmpty();
        assertThat(node.session(person.owner(), person.sessionId()).status()).isEqualTo(SessionStatus.CONNECTED);

        person.presses(card, "Send");
        Eventually.holds(() -> assertThat(person.answers()).hasSize(1));
        assertThat(person.reads("✓ Sent").buttons()).isEmpty();
        Eventually.holds(() -> assertThat(person.events())
                .startsWith("ChatOpened", "MessageReceived", "ReplyProposed", "ReplyDrafted", "DeliveryStarted")
                .hasSize(7)
                // Telegram may show what was sent before it says that it was.
                .contains("Delivered", "EchoReceived"));
    }

    @Test
    @DisplayName("puts an answer in other words, or wants none")
    void edits() {
        Person person = new Person().connected();
        TranscriptEntry card = person.card("are you coming?");
        person.presses(card, "Edit");
        person.reads("Write the text to send");
        person.says("No, I am in Rome.");
        Eventually.holds(() -> assertThat(person.answers()).containsExactly("No, I am in Rome."));

        TranscriptEntry other = person.card("and tomorrow?");
        person.presses(other, "Discard");
        person.reads("✗ Discarded");
        assertThat(person.answers()).hasSize(1);
    }

    @Test
    @DisplayName("has a chat answered without asking, and takes it in hand by writing there")
    void takesOver() {
        Person person = new Person().connected();
        person.presses(person.card("hello"), "Always here");
        Eventually.holds(() -> assertThat(person.answers()).hasSize(1));
        person.annWrites("how are you?");
        Eventually.holds(() -> assertThat(person.answers()).hasSize(2));

        OUTSIDE.world().profiles().ownerWrites(person.bob, person.ann, "it is me now");
        Eventually.holds(() -> assertThat(person.events()).contains("TakenOver"));
        person.annWrites("oh, hello");
        Eventually.holds(() -> assertThat(
                        JOURNAL.events("Chat|" + ChatIds.of(person.sessionId(), person.ann.id()), "MessageReceived"))
                .last()
                .satisfies(
                        event -> assertThat(event.path("not_answered").asText()).isEqualTo("takeover")));
        assertThat(person.answers()).hasSize(2);
    }

    @Test
    @DisplayName("is not taken over by an automatic greeting")
    void greets() {
        Person person = new Person().connected();
        person.isAnsweredFor();
        OUTSIDE.world().profiles().ownerWrites(person.bob, person.ann, IncomingMessage.automatic("I am away"));
        person.annWrites("hello");

        Eventually.holds(() -> assertThat(person.answers()).hasSize(1));
    }

    @Test
    @DisplayName("has what is answered shown as read, if wanted and allowed")
    void marksRead() {
        Person person = new Person().connected();
        person.isAnsweredFor();
        person.annWrites("hello");
        Eventually.holds(() -> assertThat(person.answers()).hasSize(1));
        assertThat(OUTSIDE.calls(READ, BOT)).isEmpty();
        String chat = ChatIds.of(person.sessionId(), person.ann.id());
        ChatView.Config config = node.chat(person.owner(), chat).config();
        node.configure(
                person.owner(),
                chat,
                new ChatView.Config(
                        config.mode(),
                        List.of(),
                        1,
                        config.onFailure(),
                        config.whenInDoubt(),
                        List.of(),
                        false,
                        config.takeoverMinutes(),
                        config.draftMinutes(),
                        new Manners(0, AnswerInGroup.MENTIONED, 0, false, false, true),
                        List.of(),
                        Contact.ALLOWED));
        person.annWrites("and now?");
        Eventually.holds(() -> assertThat(OUTSIDE.calls(READ, BOT)).hasSize(1));

        OUTSIDE.world().profiles().changesRights(person.bob, new BusinessRights(true, false));
        Eventually.holds(() -> assertThat(Objects.requireNonNull(
                                node.session(person.owner(), person.sessionId()).link())
                        .mayRead())
                .isFalse());
        person.annWrites("and again?");
        Eventually.holds(() -> assertThat(person.answers()).hasSize(3));
        assertThat(OUTSIDE.calls(READ, BOT)).hasSize(1);
    }

    @Test
    @DisplayName("who edits the connection while an answer is sent still has it sent, once")
    void editsWhileSending() {
        Person person = new Person().connected();
        person.isAnsweredFor();
        OUTSIDE.fail(1, Outside.SEND, BOT, Fault.badRequest("business connection not found"));
        person.annWrites("hello");
        Eventually.holds(() -> assertThat(person.answers()).hasSize(1));
        Eventually.holds(() -> assertThat(person.events())
                .contains("DeliveryRefused", "Delivered")
                .doesNotContain("DeadLettered", "ChatBarred"));
    }

    @Test
    @DisplayName("who lets the bot only read gets no answers, and asks no model")
    void readOnly() {
        Person person = new Person().connected();
        person.isAnsweredFor();
        OUTSIDE.world().profiles().changesRights(person.bob, BusinessRights.NONE);
        person.reads("may not write there");
        long calls = OUTSIDE.modelCalls();
        person.annWrites("hello");

        Eventually.holds(() -> assertThat(person.events()).containsExactly("ChatOpened", "MessageReceived"));
        assertThat(node.session(person.owner(), person.sessionId()).status()).isEqualTo(SessionStatus.READ_ONLY);
        assertThat(OUTSIDE.modelCalls()).isEqualTo(calls);

        OUTSIDE.world().profiles().changesRights(person.bob, BusinessRights.ALL);
        Eventually.holds(() -> assertThat(
                        node.session(person.owner(), person.sessionId()).status())
                .isEqualTo(SessionStatus.CONNECTED));
        person.annWrites("hello again");
        Eventually.holds(() -> assertThat(person.answers()).hasSize(1));
    }

    @Test
    @DisplayName("pauses and resumes by command, and disconnects in Telegram")
    void pauses() {
        Person person = new Person().connected();
        person.isAnsweredFor();
        person.says("/pause");
        person.reads("Nobody is answered");
        person.annWrites("hello");
        Eventually.holds(() -> assertThat(person.events()).containsExactly("ChatOpened", "MessageReceived"));
        person.says("/resume");
        person.reads("Answering again");
        person.annWrites("are you there?");
        Eventually.holds(() -> assertThat(person.answers()).hasSize(1));

        OUTSIDE.world().profiles().disconnects(person.bob);
        person.reads("not connected to your profile any more");
        assertThat(node.session(person.owner(), person.sessionId()).status()).isEqualTo(SessionStatus.DISCONNECTED);
    }

    @Test
    @DisplayName("who presses Send while paused loses nothing: the draft waits")
    void sendsWhilePaused() {
        Person person = new Person().connected();
        TranscriptEntry card = person.card("hello");
        person.says("/pause");
        person.reads("Nobody is answered");
        String query = person.presses(card, "Send");
        assertThat(Eventually.value(OUTSIDE.world().awaitCallbackAnswer(BOT, query))
                        .text())
                .contains("sends nothing now");
        person.says("/resume");
        person.reads("Answering again");
        person.presses(card, "Send");

        Eventually.holds(() -> assertThat(person.answers()).hasSize(1));
    }

    @Test
    @DisplayName("takes a chat in hand by command and gives it back, and is told why somebody got no answer")
    void commands() {
        Person person = new Person().connected();
        person.isAnsweredFor();
        person.annWrites("hello");
        Eventually.holds(() -> assertThat(person.answers()).hasSize(1));
        person.isListed("read_chat");
        person.says("/takeover");
        person.presses(person.reads("take in hand"), person.ann.firstName() + ": answer");
        TranscriptEntry taken = person.reads("In your hand until");
        person.annWrites("are you there?");
        Eventually.holds(() -> assertThat(person.events()).endsWith("TakenOver", "MessageReceived"));

        person.says("/why");
        Eventually.holds(() -> {
            person.presses(person.reads("Which chat's last message"), person.ann.firstName() + ": answer");
            assertThat(person.read())
                    .last()
                    .satisfies(said -> assertThat(said.text())
                            .contains("are you there?", "you had the chat in hand", "In your hand until"));
        });
        person.presses(taken, "Give back");
        person.reads("I answer there again");
        person.annWrites("and now?");
        Eventually.holds(() -> assertThat(person.answers()).hasSize(2));
    }

    @Test
    @DisplayName("says who the model answers as")
    void persona() {
        Person person = new Person().connected();
        person.says("/persona");
        person.reads("nobody in particular");
        person.says("/persona " + "x".repeat(4001));
        person.reads("1 to 4,000 characters");
        person.says("/persona I am Bob, a gardener.");
        person.reads("From now on");
        person.says("/persona");
        person.reads("I am Bob, a gardener.\n\nWrite");
        person.says("/persona reset");
        Eventually.holds(() -> assertThat(person.read())
                .filteredOn(said -> said.text().contains("nobody in particular"))
                .hasSize(2));
    }

    @Test
    @DisplayName("sees with each draft what it answers")
    void drafts() {
        Person person = new Person().connected();
        person.card("do you come?");
        person.isListed("read_draft");
        person.says("/drafts");
        Eventually.holds(() -> assertThat(person.read())
                .filteredOn(said -> said.text().startsWith(person.ann.firstName() + " wrote:\ndo you come?"))
                .hasSize(2));
    }

    @Test
    @DisplayName("who connects the bot before anybody knows who that is, is told what to do, once")
    void unknown() {
        Person person = new Person();
        OUTSIDE.world().profiles().connects(person.bob, BOT, BusinessRights.ALL);
        person.reads("I don't know you here");
        OUTSIDE.world().profiles().changesRights(person.bob, BusinessRights.ALL);
        OUTSIDE.world().userStarts(BOT, person.bob, "");
        person.reads("I read the chats that you chose");

        assertThat(person.read())
                .extracting(TranscriptEntry::text)
                .filteredOn(text -> text.contains("I don't know you here"))
                .hasSize(1);
        person.knowsEverybody();
        person.presses(person.card("hello"), "Send");
        Eventually.holds(() -> assertThat(person.answers()).hasSize(1));
    }

    @Test
    @DisplayName("is asked about somebody new, once, and then what waited is answered as was decided")
    void newcomers() {
        Person person = new Person().connected();
        person.says("/review on");
        person.reads("I ask you about everybody");
        TranscriptEntry card = person.card("it is your cousin");
        assertThat(card.text()).contains("is new here");
        person.annWrites("are you there?");
        Eventually.holds(
                () -> assertThat(person.events()).containsExactly("ChatOpened", "MessageReceived", "MessageReceived"));
        assertThat(node.chat(person.owner(), ChatIds.of(person.sessionId(), person.ann.id()))
                        .config()
                        .contact())
                .isEqualTo(Contact.NEW);
        String query = person.presses(card, "Allow");
        assertThat(Eventually.value(OUTSIDE.world().awaitCallbackAnswer(BOT, query))
                        .text())
                .contains("I answer");

        Eventually.holds(() -> assertThat(person.answers()).hasSize(1));
        assertThat(person.reads(person.ann.firstName() + ": I answer.").buttons())
                .isEmpty();
        assertThat(person.read())
                .filteredOn(said -> said.text().contains("is new here"))
                .isEmpty();
        person.annWrites("thank you");
        Eventually.holds(() -> assertThat(person.answers()).hasSize(2));
    }

    @Test
    @DisplayName("who decides elsewhere sees it on the card, and is asked anew when the chat is under review again")
    void decidesElsewhere() {
        Person person = new Person().connected();
        person.says("/review on");
        person.reads("I ask you about everybody");
        person.card("it is your uncle");
        String chat = ChatIds.of(person.sessionId(), person.ann.id());
        node.configure(
                person.owner(), chat, inReview(node.chat(person.owner(), chat), ChatMode.OBSERVE, Contact.ALLOWED));
        assertThat(person.reads(person.ann.firstName() + ": I only read.").buttons())
                .isEmpty();
        person.isListed("read_chat");
        Eventually.holds(() -> assertThat(JOURNAL.rows(
                        "select 1 from read_message where text = 'it is your uncle'" + " and status <> 'pending'"))
                .isNotEmpty());
        person.says("/why");
        person.presses(person.reads("Which chat's last message"), person.ann.firstName() + ": observe");
        assertThat(person.reads("it is your uncle").text()).contains("I only read here");

        Eventually.holds(() -> assertThat(JOURNAL.rows("select 1 from draft_card where chat_id = '" + chat + "'"))
                .isEmpty());
        node.configure(person.owner(), chat, inReview(node.chat(person.owner(), chat), ChatMode.DRAFT, Contact.NEW));
        assertThat(person.card("it is me again").text()).contains("is new here");
    }

    private static ChatView.Config inReview(ChatView chat, ChatMode mode, Contact contact) {
        ChatView.Config config = chat.config();
        return new ChatView.Config(
                mode,
                List.of(),
                1,
                config.onFailure(),
                config.whenInDoubt(),
                List.of(),
                false,
                config.takeoverMinutes(),
                config.draftMinutes(),
                config.manners(),
                List.of(),
                contact);
    }

    @Test
    @DisplayName("is asked about somebody new after all when the card was lost")
    void lostCard() {
        Person person = new Person().connected();
        person.says("/review on");
        person.reads("I ask you about everybody");
        person.card("it is your aunt");
        person.isListed("read_chat");
        JOURNAL.execute("delete from draft_card where draft_id = 'contact'");
        JOURNAL.execute(
                "update read_message set created_at = now() - interval '1 minute' where text = 'it is your aunt'");

        // Who looks for it does so twice a minute.
        Eventually.until(
                "the card is shown again",
                Eventually.PATIENCE.multipliedBy(2),
                () -> person.read().stream()
                                .filter(said -> said.text().contains("it is your aunt"))
                                .count()
                        == 2);
    }

    @Test
    @DisplayName("is not answered for when the other's answers come from here, too")
    void twins() {
        Person one = new Person().connected();
        Person other = new Person().connected();
        one.isAnsweredFor();
        other.isAnsweredFor();
        OUTSIDE.world().profiles().contactWrites(one.bob, other.bob, "where do we meet?");
        Eventually.holds(() -> assertThat(OUTSIDE.world().profiles().transcript(one.bob, other.bob))
                .filteredOn(TranscriptEntry::fromBot)
                .hasSize(1));
        Eventually.holds(() -> assertThat(
                        JOURNAL.events("Chat|" + ChatIds.of(other.sessionId(), one.bob.id()), "MessageReceived"))
                .extracting(event -> event.path("not_answered").asText())
                // The other's own question, then the answer to it.
                .containsExactly("from_owner", "from_bot"));
    }

    @Test
    @DisplayName("who is a stranger is not obeyed")
    void stranger() {
        Person person = new Person();
        person.says("/pause");

        person.reads("I don't know you yet");
        person.says("/start " + "A".repeat(32));
        person.reads("not good any more");
    }

    @Test
    @DisplayName("keeps nothing of it in the clear, but where it is searched")
    void sealed() {
        Person person = new Person().connected();
        person.card("the secret of the well");
        person.presses(person.reads("the secret of the well"), "Discard");
        person.reads("✗ Discarded");

        assertThat(JOURNAL.tablesThatShow("the secret of the well")).isSubsetOf("read_message");
    }
}
