package io.vibee.protocol.chat;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a private chat's owner thinks of the other one. */
public enum Contact {
    /** Nothing yet: what they write waits for the owner's decision. */
    @JsonProperty("new")
    NEW,
    @JsonProperty("allowed")
    ALLOWED,
    /** What they write is neither kept nor answered. */
    @JsonProperty("blocked")
    BLOCKED
}
