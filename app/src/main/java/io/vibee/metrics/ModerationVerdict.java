package io.vibee.metrics;

/** What the moderation endpoint said of a text. */
public enum ModerationVerdict {
    PASSED,
    FLAGGED,
    /** Nothing: it was away, or left alone because it was. */
    AWAY
}
