package io.vibee.metrics;

/** Where an answer was found that had been asked for before. */
public enum CacheOutcome {
    PROCESS,
    TABLE,
    /** It was being asked for. */
    SHARED,
    /** Nowhere. */
    MISS
}
