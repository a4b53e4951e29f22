package io.vibee.metrics;

/** What became of a draft of an answer that was to be shown while the answer comes. */
public enum DraftOutcome {
    SENT,
    /** Telegram refused it, or did not answer in time. */
    REFUSED
}
