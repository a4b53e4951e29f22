package io.vibee.protocol.chat;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a chat does when nobody can know whether a message was sent: twice perhaps, or perhaps never. */
public enum WhenInDoubt {
    @JsonProperty("resend")
    RESEND,
    @JsonProperty("skip")
    SKIP
}
