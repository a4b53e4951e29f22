package io.vibee.session;

import io.vibee.metrics.Metrics;
import io.vibee.protocol.session.SessionState.Phase;
import io.vibee.protocol.session.SessionStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a session is doing right now: shown to its owner and counted in metrics, never stored. */
final class LiveStatus {

    private final Metrics metrics;
    private SessionStatus status = SessionStatus.CONNECTING;
    private boolean counted;
    private @Nullable String detail;
    private @Nullable Instant lastUpdateAt;

    LiveStatus(Metrics metrics) {
        this.metrics = metrics;
    }

    SessionStatus status() {
        return status;
    }

    @Nullable
    String detail() {
        return detail;
    }

    @Nullable
    Instant lastUpdateAt() {
        return lastUpdateAt;
    }

    void enter(Phase phase) {
        switch (phase) {
            case ACTIVE -> change(SessionStatus.CONNECTING, null);
            case PAUSED -> change(SessionStatus.PAUSED, null);
            case REVOKED ->
                change(SessionStatus.REVOKED, "Telegram refused the bot's token; connect the bot again with a new one");
            case NEW, DISCONNECTED -> gone();
        }
    }

    void polled(int updates, Instant now) {
        change(SessionStatus.POLLING, null);
        if (updates > 0) {
            lastUpdateAt = now;
        }
    }

    void conflict(String why) {
        change(SessionStatus.CONFLICT, why);
    }

    void backingOff(String why) {
        change(SessionStatus.BACKING_OFF, why);
    }

    /** Not on this node any more. */
    void gone() {
        if (counted) {
            metrics.sessionLeft(status.wireName());
            counted = false;
        }
    }

    private void change(SessionStatus next, @Nullable String why) {
        detail = why;
        if (counted && next == status) {
            return;
        }
        gone();
        status = next;
        metrics.sessionEntered(next.wireName());
        counted = true;
    }
}
