package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.session.SessionState.Phase;
import io.vibee.protocol.session.SessionStatus;
import io.vibee.telegram.TelegramFailure;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A session's live status")
class LiveStatusTest {

    private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

    private final LiveStatus live = new LiveStatus();

    @ParameterizedTest
    @DisplayName("follows the session's life")
    @CsvSource({"ACTIVE,CONNECTING", "PAUSED,PAUSED", "REVOKED,REVOKED"})
    void phases(Phase phase, SessionStatus status) {
        live.enter(phase);

        assertThat(live.status()).isEqualTo(status);
    }

    @ParameterizedTest
    @EnumSource(
            value = Phase.class,
            names = {"NEW", "DISCONNECTED"})
    @DisplayName("is of no more interest when there is no session")
    void gone(Phase phase) {
        live.enter(Phase.PAUSED);
        live.enter(phase);

        assertThat(live.counted()).isNull();
    }

    @Test
    @DisplayName("says why, until it is well again")
    void detail() {
        live.enter(Phase.ACTIVE);
        live.conflict("409 another poller");
        assertThat(live.status()).isEqualTo(SessionStatus.CONFLICT);
        assertThat(live.detail()).isEqualTo("409 another poller");

        live.backingOff(new TelegramFailure.Unreachable("ConnectException"), AT);
        assertThat(live.status()).isEqualTo(SessionStatus.BACKING_OFF);
        live.backingOff(new TelegramFailure.ServerError(502), AT);
        assertThat(live.detail()).isEqualTo("answer 502");
        live.backingOff(new TelegramFailure.FloodWait(Duration.ofHours(2)), AT);
        assertThat(live.detail()).isEqualTo("429 retry after 7200 s, until 2026-01-02T05:04:05Z");

        live.polled(0, AT);
        assertThat(live.status()).isEqualTo(SessionStatus.POLLING);
        assertThat(live.detail()).isNull();
    }

    @Test
    @DisplayName("says until when nothing may be sent, though it polls, and not of a wait that is soon over")
    void held() {
        live.enter(Phase.ACTIVE);
        live.polled(0, AT);
        live.held(AT.plusSeconds(5), AT);
        assertThat(live.status()).isEqualTo(SessionStatus.POLLING);

        live.held(AT.plusSeconds(7200), AT);
        live.polled(1, AT.plusSeconds(50));
        assertThat(live.status()).isEqualTo(SessionStatus.BACKING_OFF);
        assertThat(live.detail()).contains("2026-01-02T05:04:05Z");
        live.sendsAgain(AT.plusSeconds(7199));
        assertThat(live.status()).isEqualTo(SessionStatus.BACKING_OFF);
        live.sendsAgain(AT.plusSeconds(7200));
        assertThat(live.status()).isEqualTo(SessionStatus.POLLING);
        assertThat(live.detail()).isNull();
    }

    @Test
    @DisplayName("of a wait that is over stays what it is otherwise")
    void heldAndAway() {
        live.enter(Phase.ACTIVE);
        live.polled(0, AT);
        live.held(AT.plusSeconds(60), AT);
        live.backingOff(new TelegramFailure.ServerError(502), AT);
        live.sendsAgain(AT.plusSeconds(60));
        assertThat(live.detail()).isEqualTo("answer 502");
        live.polled(0, AT.plusSeconds(61));
        assertThat(live.status()).isEqualTo(SessionStatus.POLLING);
    }

    @Test
    @DisplayName("knows when an update came last")
    void lastUpdate() {
        live.polled(0, AT);
        assertThat(live.lastUpdateAt()).isNull();
        live.polled(2, AT);
        live.polled(0, AT.plusSeconds(9));
        assertThat(live.lastUpdateAt()).isEqualTo(AT);
    }

    @Test
    @DisplayName("of a revoked token says what to do")
    void revoked() {
        live.enter(Phase.REVOKED);

        assertThat(live.detail()).contains("connect the bot again");
    }
}
