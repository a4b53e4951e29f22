package io.vibee.protocol.carrier;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whose bot it is: the user's own, the operator's, or the operator's with a person connected to it. */
public enum SessionKind {
    @JsonProperty("bot")
    BOT,
    @JsonProperty("operator")
    OPERATOR,
    @JsonProperty("business")
    BUSINESS
}
