package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.Eventually;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.sandbox.Fault;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("A node that is stopped and started again")
@Tag("node")
class RestartTest {

    private static final Outside OUTSIDE = new Outside();

    private final DatabaseUrl database = TestDatabase.fresh();
    private final Journal journal = new Journal(database);

    @AfterAll
    static void stop() {
        OUTSIDE.close();
    }

    @Test
    @DisplayName("answers what was stored and not answered, with nobody writing again")
    void pending() {
        Dialogue dialogue;
        try (TestNode node = TestNode.on(database, OUTSIDE).start()) {
            dialogue = Dialogue.begin(node, OUTSIDE, journal, ChatMode.DIGITAL_TWIN);
            OUTSIDE.model().latency(Duration.ofMinutes(1));
            dialogue.write("First");
            dialogue.write("Second");
            Eventually.holds(() -> {
                assertThat(dialogue.reasons()).hasSize(2);
                assertThat(OUTSIDE.world().unconfirmed(dialogue.bot())).isZero();
            });
        }
        OUTSIDE.model().latency(Duration.ZERO);
        try (TestNode node = TestNode.on(database, OUTSIDE).start()) {
            dialogue.awaitAnswers(2);
            Eventually.holds(() -> assertThat(dialogue.stored())
                    .containsExactly(
                            "MessageReceived",
                            "MessageReceived",
                            "ReplyDrafted",
                            "DeliveryStarted",
                            "Delivered",
                            "ReplyDrafted",
                            "DeliveryStarted",
                            "Delivered"));
            assertThat(node.chat(dialogue.owner(), dialogue.chatId()).pending()).isZero();
        }
    }

    @Test
    @DisplayName("sends what was drafted and had no permit yet, without paying a model again")
    void drafted() {
        Dialogue held;
        Dialogue waiting;
        long calls;
        try (TestNode node = TestNode.on(database, OUTSIDE).start()) {
            held = Dialogue.begin(node, OUTSIDE, journal, ChatMode.DIGITAL_TWIN);
            waiting = held.withAnother();
            OUTSIDE.fail(1, Outside.SEND, held.bot(), Fault.floodWait(600));
            held.write("Makes Telegram say to wait");
            held.awaitStored("MessageReceived", "ReplyDrafted", "DeliveryStarted", "DeliveryRefused");
            waiting.write("Waits for a permit");
            waiting.awaitStored("MessageReceived", "ReplyDrafted");
            calls = OUTSIDE.modelCalls();
        }
        try (TestNode node = TestNode.on(database, OUTSIDE).start()) {
            waiting.awaitAnswers(1);
            waiting.awaitStored("MessageReceived", "ReplyDrafted", "DeliveryStarted", "Delivered");
            assertThat(OUTSIDE.modelCalls()).isEqualTo(calls);
            assertThat(held.answers())
                    .as("what Telegram said to wait for, waits")
                    .isEmpty();
            assertThat(node.chat(held.owner(), held.chatId()).pending()).isOne();
        }
    }

    @Test
    @DisplayName("waits for the outcome of what it is sending, and sends nothing twice")
    void inFlight() {
        Dialogue dialogue;
        try (TestNode node = TestNode.on(database, OUTSIDE).start()) {
            dialogue = Dialogue.begin(node, OUTSIDE, journal, ChatMode.DIGITAL_TWIN);
            OUTSIDE.fail(1, Outside.SEND, dialogue.bot(), Fault.delay(Duration.ofSeconds(2)));
            dialogue.write("Hello");
            dialogue.awaitStored("MessageReceived", "ReplyDrafted", "DeliveryStarted");
        }
        assertThat(dialogue.stored())
                .containsExactly("MessageReceived", "ReplyDrafted", "DeliveryStarted", "Delivered");
        assertThat(dialogue.answers()).hasSize(1);
    }

    @Test
    @DisplayName("after it died while sending records the doubt, and sends again")
    void inDoubt() {
        TestNode dying = TestNode.on(database, OUTSIDE).start();
        Dialogue dialogue = Dialogue.begin(dying, OUTSIDE, journal, ChatMode.DIGITAL_TWIN);
        OUTSIDE.fail(1, Outside.SEND, dialogue.bot(), Fault.delay(Duration.ofMinutes(2)));
        dialogue.write("Hello");
        dialogue.awaitStored("MessageReceived", "ReplyDrafted", "DeliveryStarted");
        long calls = OUTSIDE.modelCalls();
        dying.die();
        try (TestNode node = TestNode.on(database, OUTSIDE).start()) {
            dialogue.awaitAnswers(1);
            dialogue.awaitStored(
                    "MessageReceived",
                    "ReplyDrafted",
                    "DeliveryStarted",
                    "DeliveryInDoubt",
                    "DeliveryStarted",
                    "Delivered");
            assertThat(OUTSIDE.modelCalls()).isEqualTo(calls);
            assertThat(node.chat(dialogue.owner(), dialogue.chatId()).pending()).isZero();
        }
    }
}
