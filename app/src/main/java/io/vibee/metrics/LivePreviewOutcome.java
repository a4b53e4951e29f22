package io.vibee.metrics;

/** What happened to a draft, which shows an answer while the model writes it. */
public enum LivePreviewOutcome {
    SENT,
    /** Telegram refused it, or did not answer in time. */
    REFUSED
}
