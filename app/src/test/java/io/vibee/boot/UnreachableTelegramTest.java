package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.Eventually;
import io.vibee.journal.TcpProxy;
import io.vibee.journal.database.TestDatabase;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.session.SessionStatus;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("While Telegram refuses connections")
@Tag("node")
class UnreachableTelegramTest {

    private static final Outside OUTSIDE = new Outside();

    @AfterAll
    static void stop() {
        OUTSIDE.close();
    }

    @Test
    @DisplayName("an answer certainly does not go out; it does once, and without doubt, when Telegram is back")
    void refused() {
        var database = TestDatabase.fresh();
        int telegram = OUTSIDE.telegram().url().getPort();
        TcpProxy line = new TcpProxy(telegram);
        try (TestNode node = TestNode.on(database, OUTSIDE)
                .telegram(URI.create("http://127.0.0.1:" + line.port()))
                .start()) {
            Dialogue dialogue = Dialogue.begin(node, OUTSIDE, new Journal(database), ChatMode.DIGITAL_TWIN);
            OUTSIDE.model().latency(Duration.ofSeconds(2));
            dialogue.write("Hello");
            Eventually.holds(() -> assertThat(dialogue.reasons()).hasSize(1));
            line.close();
            dialogue.awaitStatus(node, SessionStatus.BACKING_OFF);
            Eventually.holds(
                    () -> assertThat(dialogue.events("DeliveryRefused")).isNotEmpty());
            assertThat(dialogue.events("DeliveryRefused")
                            .getFirst()
                            .path("code")
                            .asInt())
                    .isZero();

            try (TcpProxy again = new TcpProxy(line.port(), telegram)) {
                dialogue.awaitAnswers(1);
                Eventually.holds(() -> assertThat(dialogue.events("Delivered")).hasSize(1));
                assertThat(dialogue.events("DeliveryInDoubt")).isEmpty();
                dialogue.awaitStatus(node, SessionStatus.POLLING);
                assertThat(again.port()).isEqualTo(line.port());
            }
        } finally {
            line.close();
        }
    }
}
