package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.Eventually;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.session.Connected;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("Somebody who connects a bot")
@Tag("node")
class JourneyTest {

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

    @Nested
    @DisplayName("is answered for")
    class Answered {

        @Test
        @DisplayName("and reads it in the journal: received, drafted and started at once, delivered")
        void journey() {
            Dialogue dialogue = Dialogue.begin(node, OUTSIDE, JOURNAL, ChatMode.DIGITAL_TWIN);

            dialogue.write("How are you?");

            assertThat(dialogue.awaitAnswers(1)).containsExactly("I'm doing well, thanks for asking! And how are you?");
            dialogue.awaitStored("MessageReceived", "ReplyDrafted", "DeliveryStarted", "Delivered");
            Eventually.holds(() ->
                    assertThat(JOURNAL.types("Session|" + dialogue.sessionId())).containsExactly("SessionConnected"));
            assertThat(JOURNAL.rows("select persistence_id from unfinished")).isEmpty();
        }

        @Test
        @DisplayName("with what was said before in the prompt")
        void window() {
            Dialogue dialogue = Dialogue.begin(node, OUTSIDE, JOURNAL, ChatMode.DIGITAL_TWIN);
            dialogue.write("My cat is called Figaro");
            dialogue.awaitAnswers(1);
            dialogue.awaitStored("MessageReceived", "ReplyDrafted", "DeliveryStarted", "Delivered");
            OUTSIDE.model().echo(true);
            try {
                dialogue.write("What is my cat called?");
                assertThat(dialogue.awaitAnswers(2).getLast())
                        .contains("My cat is called Figaro", "What is my cat called?");
            } finally {
                OUTSIDE.model().echo(false);
            }
        }

        @Test
        @DisplayName("in every chat by itself, in order within each")
        void chats() {
            Dialogue first = Dialogue.begin(node, OUTSIDE, JOURNAL, ChatMode.DIGITAL_TWIN);
            List<Dialogue> all = List.of(first, first.withAnother(), first.withAnother());
            for (int i = 0; i < 5; i++) {
                for (Dialogue dialogue : all) {
                    dialogue.write("number " + i);
                }
            }
            for (Dialogue dialogue : all) {
                dialogue.awaitAnswers(5);
                dialogue.assertAnsweredInOrder();
            }
        }
    }

    @Nested
    @DisplayName("finds nothing of it in the clear in the database, but for the tables that are read:")
    class Encrypted {

        @Test
        @DisplayName("no text, no answer, no name, no title, no trigger word, no token")
        void nothing() {
            Dialogue dialogue = Dialogue.begin(node, OUTSIDE, JOURNAL, ChatMode.DIGITAL_TWIN);
            var group = OUTSIDE.world().createGroup("Zanzibar regulars");
            Dialogue inGroup = dialogue.in(group);

            inGroup.write(inGroup.toTheBot("The password of the safe is Xylophone"));
            String answer = inGroup.awaitAnswers(1).getFirst();
            inGroup.awaitStored("MessageReceived", "ReplyDrafted", "DeliveryStarted", "Delivered");
            // A hundred events make a snapshot.
            for (int i = 0; i < 34; i++) {
                inGroup.write(inGroup.toTheBot("Xylophone " + i));
            }
            inGroup.awaitAnswers(35);
            Eventually.holds(() -> assertThat(
                            JOURNAL.rows("select 1 from snapshot where persistence_id = ?", "Chat|" + inGroup.chatId()))
                    .hasSize(1));

            String secret = dialogue.bot().token().reveal();
            for (String personal : List.of("Xylophone", answer, "Quentin", "Zanzibar")) {
                assertThat(JOURNAL.tablesThatShow(personal)).as(personal).isSubsetOf("read_chat", "read_message");
            }
            for (String part : List.of(secret, secret.substring(secret.indexOf(':')))) {
                assertThat(JOURNAL.tablesThatShow(part)).as(part).isEmpty();
            }
            assertThat(JOURNAL.tablesThatShow(inGroup.chatId())).contains("event_journal", "snapshot");
        }
    }

    @Nested
    @DisplayName("is told")
    class Refused {

        @Test
        @DisplayName("when Telegram does not know the token")
        void unknown() {
            assertThat(node.tryConnect(node.register(), Outside.unknownToken(), ChatMode.DIGITAL_TWIN))
                    .isEqualTo(new Connected.TokenRefused());
        }

        @Test
        @DisplayName("when the bot is connected already, by the same or another")
        void already() {
            Dialogue dialogue = Dialogue.begin(node, OUTSIDE, JOURNAL, ChatMode.DIGITAL_TWIN);
            assertThat(node.tryConnect(dialogue.owner(), dialogue.bot().token(), ChatMode.OBSERVE))
                    .isEqualTo(new Connected.Already());
            assertThat(node.tryConnect(node.register(), dialogue.bot().token(), ChatMode.OBSERVE))
                    .isEqualTo(new Connected.Taken());
        }
    }
}
