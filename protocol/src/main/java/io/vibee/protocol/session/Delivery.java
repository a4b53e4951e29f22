package io.vibee.protocol.session;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How Telegram's updates reach a session. */
public enum Delivery {
    /** Vibee asks for them. */
    @JsonProperty("polling")
    POLLING,
    /** Telegram brings them, and Vibee asks while that does not work. */
    @JsonProperty("webhook")
    WEBHOOK
}
