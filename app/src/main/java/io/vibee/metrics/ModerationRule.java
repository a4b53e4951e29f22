package io.vibee.metrics;

/** What kind of rule stopped a text. */
public enum ModerationRule {
    TOO_LONG,
    FLOOD,
    PATTERN,
    PROVIDER,
    PROVIDER_AWAY,
    LINKS,
    MENTIONS,
    PROMISES
}
