package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.Eventually;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.OnFailure;
import io.vibee.protocol.chat.WhenInDoubt;
import io.vibee.reply.PredefinedAnswers;
import io.vibee.sandbox.Fault;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("When the model")
@Tag("node")
class ModelFaultsTest {

    private static final Outside OUTSIDE = new Outside();
    private static final DatabaseUrl DATABASE = TestDatabase.fresh();
    private static final Journal JOURNAL = new Journal(DATABASE);
    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.on(DATABASE, OUTSIDE)
                .modelTimeout(Duration.ofSeconds(1))
                .start();
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
    }

    private static Dialogue begin(ChatMode mode) {
        return Dialogue.begin(node, OUTSIDE, JOURNAL, mode);
    }

    static Stream<Named<Fault>> passing() {
        return Stream.of(
                Named.of("has no room (429)", Fault.floodWait(1)),
                Named.of("has an error of its own (500)", Fault.serverError(500)),
                Named.of("is late", Fault.delay(Duration.ofSeconds(3))),
                Named.of("hangs up", Fault.cutBefore()));
    }

    @ParameterizedTest
    @MethodSource("passing")
    @DisplayName("fails in passing, it is asked again:")
    void again(Fault fault) {
        Dialogue dialogue = begin(ChatMode.DIGITAL_TWIN);
        long calls = OUTSIDE.modelCalls();
        OUTSIDE.failModel(1, fault);
        dialogue.write("How are you?");
        assertThat(dialogue.awaitAnswers(1)).containsExactly("I'm doing well, thanks for asking! And how are you?");
        assertThat(OUTSIDE.modelCalls()).isEqualTo(calls + 2);
        dialogue.awaitStored("MessageReceived", "ReplyDrafted", "DeliveryStarted", "Delivered");
    }

    @Nested
    @DisplayName("fails for good")
    class ForGood {

        @ParameterizedTest
        @CsvSource({"en, Are you there?", "ru, Вы здесь?"})
        @DisplayName("a predefined answer goes out in the language of the chat, and the journal says so")
        void predefined(String language, String text) {
            Dialogue dialogue = begin(ChatMode.DIGITAL_TWIN);
            OUTSIDE.failModel(3, Fault.serverError(500));
            dialogue.write(text);
            assertThat(dialogue.awaitAnswers(1))
                    .containsExactly(PredefinedAnswers.load().in(language));
            assertThat(dialogue.events("ReplyDrafted").getFirst().path("origin").toString())
                    .contains("predefined");
        }

        @Test
        @DisplayName("the chat stays silent where its owner wants that")
        void silence() {
            assertThat(withOnFailure(OnFailure.SILENCE))
                    .containsExactly("MessageReceived", "ChatConfigured", "MessageReceived", "NotAnswered");
        }

        @Test
        @DisplayName("the message is a dead letter where its owner wants that")
        void deadLetter() {
            assertThat(withOnFailure(OnFailure.DEAD_LETTER))
                    .containsExactly("MessageReceived", "ChatConfigured", "MessageReceived", "DeadLettered");
        }

        @Test
        @DisplayName("the dead letter is listed until it is retried, and then answered")
        void retried() {
            Dialogue dialogue = begin(ChatMode.OBSERVE);
            dialogue.write("Opens the chat");
            dialogue.awaitStored("MessageReceived");
            dialogue.configure(node, ChatMode.DIGITAL_TWIN, OnFailure.DEAD_LETTER, WhenInDoubt.RESEND);
            OUTSIDE.failModel(1, Fault.badRequest("no such model"));
            dialogue.write("Are you there?");
            Eventually.holds(() -> assertThat(listed(dialogue)).hasSize(1));

            assertThat(node.retryDeadLetters(dialogue.owner(), dialogue.chatId()))
                    .isOne();
            dialogue.awaitAnswers(1);
            Eventually.holds(() -> assertThat(listed(dialogue)).isEmpty());
            assertThat(node.retryDeadLetters(dialogue.owner(), dialogue.chatId()))
                    .isZero();
        }

        private static java.util.List<java.util.List<String>> listed(Dialogue dialogue) {
            return JOURNAL.rows("select id from read_dead_letter where chat_id = ?", dialogue.chatId());
        }

        private java.util.List<String> withOnFailure(OnFailure onFailure) {
            Dialogue dialogue = begin(ChatMode.OBSERVE);
            dialogue.write("Opens the chat");
            dialogue.awaitStored("MessageReceived");
            dialogue.configure(node, ChatMode.DIGITAL_TWIN, onFailure, WhenInDoubt.RESEND);
            OUTSIDE.failModel(1, Fault.badRequest("no such model"));
            dialogue.write("Are you there?");
            Eventually.holds(() -> assertThat(dialogue.stored()).hasSize(4));
            assertThat(dialogue.answers()).isEmpty();
            assertThat(JOURNAL.rows("select 1 from unfinished where persistence_id = ?", "Chat|" + dialogue.chatId()))
                    .isEmpty();
            return dialogue.stored();
        }
    }

    @Test
    @DisplayName("has answered, it is not paid again however often the answer must be sent")
    void paidOnce() {
        Dialogue dialogue = begin(ChatMode.DIGITAL_TWIN);
        long calls = OUTSIDE.modelCalls();
        OUTSIDE.fail(2, Outside.SEND, dialogue.bot(), Fault.serverError(500));
        OUTSIDE.fail(1, Outside.SEND, dialogue.bot(), Fault.floodWait(1));
        dialogue.write("Hello");
        dialogue.awaitAnswers(1);
        assertThat(OUTSIDE.modelCalls()).isEqualTo(calls + 1);
    }
}
