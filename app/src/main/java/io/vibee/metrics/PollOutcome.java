package io.vibee.metrics;

/** How one long poll of a bot's updates ended. */
public enum PollOutcome {
    UPDATES,
    EMPTY,
    /** Another poller or a webhook has the bot (409). */
    CONFLICT,
    /** The token is no longer valid (401). */
    REVOKED,
    /** Telegram asked to wait (429). */
    RATE_LIMITED,
    /** Any other refusal, a lost connection, or an answer that can't be read. */
    FAILED
}
