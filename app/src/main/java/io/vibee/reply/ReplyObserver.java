package io.vibee.reply;

import java.time.Duration;

/**
 * Told of each single call to a provider, when it has ended. Called from the threads of the HTTP client: an
 * implementation is thread-safe, quick, and throws nothing.
 */
@FunctionalInterface
public interface ReplyObserver {

    void called(String provider, CallOutcome outcome, Duration duration);

    /** A provider was passed over: its circuit breaker is open, or it is left alone. */
    default void notAsked(String provider) {}

    /** The moderation endpoint was asked about a text, or would have been but is left alone. */
    default void judged(Judgement judgement) {}

    /** What the moderation endpoint said. */
    enum Judgement {
        PASSED,
        FLAGGED,
        /** Nothing in time that can be read. */
        AWAY
    }

    /** An answer was looked for in the cache. */
    default void lookedUp(Lookup lookup) {}

    /** Where an answer was that had been asked for before. */
    enum Lookup {
        /** In this process. */
        PROCESS,
        /** In the table. */
        TABLE,
        /** On its way: it was being asked for. */
        SHARED,
        /** Nowhere: it is asked for. */
        MISS
    }

    /** How a call ended. */
    enum CallOutcome {
        ANSWERED,
        RATE_LIMITED,
        /** 5xx, or an error told inside a successful answer. */
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
