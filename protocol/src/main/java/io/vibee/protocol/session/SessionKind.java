package io.vibee.protocol.session;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whose bot a session is: the user's own, the service's own, or a person connected to the service's bot. */
public enum SessionKind {
    @JsonProperty("bot")
    BOT,
    @JsonProperty("operator")
    OPERATOR,
    @JsonProperty("business")
    BUSINESS
}
