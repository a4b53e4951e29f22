package io.vibee.metrics;

/** The moderation endpoint's verdict on a text. */
public enum ModerationVerdict {
    PASSED,
    FLAGGED,
    /** None: the endpoint was away, or was left alone because it was. */
    AWAY
}
