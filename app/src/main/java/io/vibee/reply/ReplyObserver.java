package io.vibee.reply;

import java.time.Duration;

/**
 * Hears of each call to a provider when it has ended, on the HTTP client's threads. An implementation is thread-safe, quick, and throws
 * nothing.
 */
@FunctionalInterface
public interface ReplyObserver {

    void called(String provider, CallOutcome outcome, Duration duration);

    /** A provider was passed over: its circuit breaker is open, or it has a pause. */
    default void notAsked(String provider) {}

    /** The moderation endpoint was asked about a text, or was not, since it is being left alone. */
    default void judged(Judgement judgement) {}

    /** The moderation endpoint's verdict. */
    enum Judgement {
        PASSED,
        FLAGGED,
        /** No readable answer in time. */
        AWAY
    }

    /** Somebody looked for an answer in the cache. */
    default void lookedUp(Lookup lookup) {}

    /** Where a repeated question found its answer. */
    enum Lookup {
        /** In this process. */
        PROCESS,
        /** In the table. */
        TABLE,
        /** In a call that was under way. */
        SHARED,
        /** Nowhere: a model is asked. */
        MISS
    }

    /** How a call ended. */
    enum CallOutcome {
        ANSWERED,
        RATE_LIMITED,
        /** 5xx, or an error inside a successful answer. */
        PROVIDER_ERROR,
        TIMED_OUT,
        /** Not connected, or lost before the answer was whole. */
        DISCONNECTED,
        /** Not JSON, too long, or without a text. */
        UNREADABLE,
        /** Another call would end the same way: key, billing, model, policy, a bad request. */
        REFUSED
    }
}
