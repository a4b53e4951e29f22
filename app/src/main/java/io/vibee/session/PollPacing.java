package io.vibee.session;

import io.vibee.metrics.PollOutcome;
import io.vibee.recovery.Backoff;
import io.vibee.telegram.TelegramFailure;
import java.time.Duration;
import java.util.Optional;

/** How long Telegram may hold the next poll, and how soon it may begin. Not thread-safe; the jitter of waits is given, from [0, 1). */
final class PollPacing {

    /** Telegram's own cap on a poll's time-out. */
    static final Duration LONG_POLL = Duration.ofSeconds(50);

    /** A held poll that comes back empty sooner than this was not held. */
    private static final Duration QUICK = Duration.ofMillis(500);

    private static final Backoff POLL_AGAIN = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(60));
    private static final Backoff AFTER_NOTHING = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));
    private static final Backoff AFTER_CONFLICT = new Backoff(Duration.ofSeconds(4), Duration.ofSeconds(60));

    /**
     * What a failed poll comes to.
     *
     * @param again after how long to poll again; empty when never, with this token
     */
    record AfterFailure(PollOutcome outcome, Optional<Duration> again) {}

    private boolean live;
    private int emptyInARow;
    private int failedInARow;

    /** How long Telegram may hold the next poll. The first one returns at once, so that the session's status is known. */
    Duration timeout() {
        return live ? LONG_POLL : Duration.ZERO;
    }

    /**
     * A poll was answered.
     *
     * @param nothingNew whether it gave no update, or none that moves the offset
     * @param took from the request to its answer
     * @param held whether Telegram could hold it
     */
    void answered(boolean nothingNew, Duration took, boolean held) {
        live = true;
        failedInARow = 0;
        emptyInARow = nothingNew && held && took.compareTo(QUICK) < 0 ? emptyInARow + 1 : 0;
    }

    /** How long to wait after an answer with which something is wrong; empty when all is well. */
    Optional<Duration> afterNothing(double jitter) {
        return emptyInARow == 0 ? Optional.empty() : Optional.of(AFTER_NOTHING.after(emptyInARow, jitter));
    }

    AfterFailure failed(TelegramFailure failure, double jitter) {
        failedInARow++;
        live = false;
        return switch (failure) {
            case TelegramFailure.Unauthorized revoked -> new AfterFailure(PollOutcome.REVOKED, Optional.empty());
            case TelegramFailure.Conflict conflict ->
                new AfterFailure(PollOutcome.CONFLICT, Optional.of(AFTER_CONFLICT.after(failedInARow, jitter)));
            case TelegramFailure.FloodWait wait ->
                new AfterFailure(PollOutcome.RATE_LIMITED, Optional.of(wait.retryAfter()));
            case TelegramFailure.Forbidden other -> otherwise(jitter);
            case TelegramFailure.BadRequest other -> otherwise(jitter);
            case TelegramFailure.NotFound other -> otherwise(jitter);
            case TelegramFailure.ServerError other -> otherwise(jitter);
            case TelegramFailure.Unreachable other -> otherwise(jitter);
            case TelegramFailure.LostConnection other -> otherwise(jitter);
        };
    }

    private AfterFailure otherwise(double jitter) {
        return new AfterFailure(PollOutcome.FAILED, Optional.of(POLL_AGAIN.after(failedInARow, jitter)));
    }
}
