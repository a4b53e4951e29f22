package io.vibee.protocol.session;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How Telegram's updates reach a session. */
public enum Delivery {
    @JsonProperty("polling")
    POLLING
}
