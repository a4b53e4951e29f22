package io.vibee.metrics;

/** How one request to a provider ended. */
public enum AiOutcome {
    ANSWERED,
    /** No answer in time. */
    TIMEOUT,
    /** The provider asked to come back later (429). */
    RATE_LIMITED,
    /** The provider refused the request for good (another 4xx). */
    REFUSED,
    /** The provider failed (5xx), couldn't be reached, or answered what can't be read. */
    FAILED,
    /** Not asked: its circuit breaker was open. */
    CIRCUIT_OPEN
}
