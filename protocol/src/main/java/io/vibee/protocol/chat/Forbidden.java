package io.vibee.protocol.chat;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a chat's owner can forbid in answers. */
public enum Forbidden {
    @JsonProperty("links")
    LINKS,
    /** Names of Telegram users. */
    @JsonProperty("mentions")
    MENTIONS,
    /** Commitments: prices, dates, meetings, refunds. */
    @JsonProperty("promises")
    PROMISES
}
