package io.vibee.metrics;

/** Where an answer to a repeated question was found. */
public enum CacheOutcome {
    PROCESS,
    TABLE,
    /** In a call that was under way. */
    SHARED,
    /** Nowhere. */
    MISS
}
