package io.vibee.metrics;

/** What was done about a delivery that may or may not have arrived. */
public enum DoubtResolution {
    RESEND,
    SKIP
}
