package io.vibee.protocol.chat;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a chat does when a message may or may not have been sent: send it perhaps twice, or perhaps never. */
public enum WhenInDoubt {
    @JsonProperty("resend")
    RESEND,
    @JsonProperty("skip")
    SKIP
}
