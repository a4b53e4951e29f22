package io.vibee.metrics;

/** What was done about a delivery of which nobody knows whether it arrived. */
public enum DoubtResolution {
    RESEND,
    SKIP
}
