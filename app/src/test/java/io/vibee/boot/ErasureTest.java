package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.chat.ChatIds;
import io.vibee.journal.Eventually;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import io.vibee.persistence.keys.DataKey;
import io.vibee.persistence.keys.OwnerErasedException;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.AccountView;
import io.vibee.protocol.account.Availability;
import io.vibee.protocol.account.GateCommand;
import io.vibee.protocol.account.GateCommand.Admission;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.session.SessionStatus;
import io.vibee.sandbox.Fault;
import io.vibee.session.Connected;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("On two nodes, an erasure")
@Tag("node")
class ErasureTest {

    private static final String PASSWORD = "correct horse battery staple";
    private static final Outside OUTSIDE = new Outside();
    private static final DatabaseUrl DATABASE = TestDatabase.fresh();
    private static final Journal JOURNAL = new Journal(DATABASE);
    private static TestNode first;
    private static TestNode second;

    @BeforeAll
    static void start() {
        first = TestNode.on(DATABASE, OUTSIDE).start();
        second = TestNode.on(DATABASE, OUTSIDE).join(first);
    }

    @AfterAll
    static void stop() {
        second.close();
        first.close();
        OUTSIDE.close();
    }

    private static Admission admission(TestNode node, String userId) {
        return Eventually.value(AskPattern.<GateCommand, Admission>ask(
                node.member().entities().gate(userId),
                replyTo -> new GateCommand.Admit(0, null, replyTo),
                Duration.ofSeconds(10),
                node.system().scheduler()));
    }

    private static Dialogue answered() {
        Dialogue dialogue = Dialogue.begin(first, OUTSIDE, JOURNAL, ChatMode.DIGITAL_TWIN);
        dialogue.write("How are you?");
        dialogue.awaitAnswers(1);
        dialogue.awaitStored("MessageReceived", "ReplyDrafted", "DeliveryStarted", "Delivered");
        return dialogue;
    }

    private static void assertErased(Dialogue dialogue) {
        String owner = dialogue.owner();
        Eventually.holds(() -> {
            assertThat(JOURNAL.rows("select id from app_user where id = ?", owner))
                    .isEmpty();
            assertThat(JOURNAL.types("Session|" + dialogue.sessionId()))
                    .containsExactly("SessionConnected", "SessionDisconnected");
            assertThat(JOURNAL.types("Account|" + owner)).endsWith("AccountErased");
        });
        assertThat(JOURNAL.rows("select id from telegram_session where owner = ?", owner))
                .isEmpty();
        assertThat(JOURNAL.rows("select id from encryption_key where owner = ? and wrapped is not null", owner))
                .isEmpty();
    }

    @Nested
    @DisplayName("of a user")
    class OfAUser {

        @Test
        @DisplayName("ends his tokens at once, then his sessions, his keys on every node, and his rows")
        void everything() {
            Dialogue dialogue = answered();
            String owner = dialogue.owner();
            first.<AccountCommand, AccountView>ask(
                    first.member().entities().account(owner),
                    replyTo -> new AccountCommand.ChangeSettings(
                            new AccountView("a gardener", null, "UTC", null, Availability.ALWAYS, null), replyTo));
            String chat = "chat:" + dialogue.chatId();
            List<DataKey> keys = List.of(
                    Eventually.value(first.member().keys().obtain(owner, chat)),
                    Eventually.value(second.member().keys().obtain(owner, chat)));
            assertThat(admission(second, owner)).isEqualTo(new Admission.Admitted());

            Eventually.value(first.member().erasure().erase(owner));

            assertThat(admission(second, owner)).isEqualTo(new Admission.Refused());
            assertErased(dialogue);
            Eventually.holds(() -> assertThat(keys).allMatch(DataKey::erased));
            assertThatThrownBy(() -> Eventually.value(second.member().keys().obtain(owner, chat)))
                    .hasCauseInstanceOf(OwnerErasedException.class);
            int polls = OUTSIDE.calls(Outside.POLL, dialogue.bot()).size();
            dialogue.write("Are you there?");
            Eventually.staysFor(
                    Duration.ofSeconds(1),
                    () -> assertThat(OUTSIDE.calls(Outside.POLL, dialogue.bot()))
                            .hasSize(polls));
            assertThat(dialogue.answers()).hasSize(1);
        }

        @Test
        @DisplayName("leaves what waits unanswered")
        void pending() {
            Dialogue dialogue = answered();
            OUTSIDE.failModel(1, Fault.delay(Duration.ofSeconds(5)));
            dialogue.write("And now?");
            Eventually.holds(
                    () -> assertThat(dialogue.events("MessageReceived")).hasSize(2));

            Eventually.value(second.member().erasure().erase(dialogue.owner()));

            assertErased(dialogue);
            Eventually.holds(() -> {
                assertThat(dialogue.stored()).contains("NotAnswered");
                assertThat(JOURNAL.rows("select persistence_id from unfinished where owner = ?", dialogue.owner()))
                        .isEmpty();
            });
            assertThat(dialogue.answers()).hasSize(1);
        }

        @Test
        @DisplayName("frees his name and his bot for another, and is harmless a second time")
        void free() {
            Dialogue dialogue = answered();
            String name = JOURNAL.rows("select username from app_user where id = ?", dialogue.owner())
                    .getFirst()
                    .getFirst();
            Eventually.value(first.member().erasure().erase(dialogue.owner()));
            assertThat(Eventually.value(second.member()
                            .credentials()
                            .register(name, PASSWORD, null, io.vibee.account.SignInClient.SELF)))
                    .isInstanceOf(io.vibee.account.SignIn.Granted.class);
            Eventually.value(first.member().erasure().erase(dialogue.owner()));
            assertErased(dialogue);

            String other = second.register();
            Connected connected = second.tryConnect(other, dialogue.bot().token(), ChatMode.OBSERVE);

            assertThat(connected)
                    .isInstanceOfSatisfying(
                            Connected.Live.class,
                            live -> assertThat(ChatIds.of(
                                            live.session().id(), dialogue.chat().id()))
                                    .isNotEqualTo(dialogue.chatId()));
        }

        @Test
        @DisplayName("that a crash broke off is completed by the sweep")
        void brokenOff() {
            Dialogue dialogue = answered();
            dialogue.awaitStatus(first, SessionStatus.POLLING);
            Eventually.value(first.member().erasures().beginUser(dialogue.owner()));

            assertErased(dialogue);
        }
    }

    @Nested
    @DisplayName("of a chat")
    class OfAChat {

        @Test
        @DisplayName("leaves the other chats, and lets this one begin anew")
        void anew() {
            Dialogue dialogue = answered();
            Dialogue other = dialogue.withAnother();
            other.write("Hello");
            other.awaitAnswers(1);
            TestNode elsewhere =
                    first.entitiesHere(io.vibee.chat.Chat.TYPE_KEY).contains(dialogue.chatId()) ? second : first;
            DataKey key =
                    Eventually.value(elsewhere.member().keys().obtain(dialogue.owner(), "chat:" + dialogue.chatId()));

            elsewhere.<ChatCommand, Done>ask(
                    elsewhere.member().entities().chat(dialogue.chatId()),
                    replyTo -> new ChatCommand.Erase(dialogue.owner(), replyTo));

            assertThat(dialogue.stored()).endsWith("ChatErased");
            assertThat(first.chat(dialogue.owner(), dialogue.chatId()).erased()).isTrue();
            assertThat(first.chat(other.owner(), other.chatId()).title()).isNotNull();
            Eventually.holds(() -> assertThat(key.erased()).isTrue());
            dialogue.write("A new beginning");
            dialogue.awaitAnswers(2);
            assertThat(first.chat(dialogue.owner(), dialogue.chatId()).erased()).isFalse();
        }
    }
}
