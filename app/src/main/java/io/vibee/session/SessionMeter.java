package io.vibee.session;

import io.vibee.metrics.Metrics;
import io.vibee.protocol.session.SessionStatus;
import org.jspecify.annotations.Nullable;

/** Counts one session among those of its status, and the updates that it has parked. */
final class SessionMeter {

    private final Metrics metrics;
    private @Nullable SessionStatus status;
    private int parked;

    SessionMeter(Metrics metrics) {
        this.metrics = metrics;
    }

    /**
     * How it is now.
     *
     * @param nowStatus null when there is no such session
     */
    void show(@Nullable SessionStatus nowStatus, int nowParked) {
        if (nowStatus != status) {
            if (status != null) {
                metrics.sessionLeft(status.wireName());
            }
            if (nowStatus != null) {
                metrics.sessionEntered(nowStatus.wireName());
            }
            status = nowStatus;
        }
        if (nowParked != parked) {
            metrics.updatesParked(nowParked - parked);
            parked = nowParked;
        }
    }

    /** It is not on this node any more, or is about to begin anew. */
    void gone() {
        show(null, 0);
    }
}
