package io.vibee.protocol.chat;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a chat does when no model could answer. */
public enum OnFailure {
    @JsonProperty("predefined")
    PREDEFINED,
    @JsonProperty("silence")
    SILENCE,
    @JsonProperty("dead_letter")
    DEAD_LETTER
}
