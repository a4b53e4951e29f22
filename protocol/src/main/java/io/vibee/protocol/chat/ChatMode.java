package io.vibee.protocol.chat;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a chat does with a message. */
public enum ChatMode {
    /** Answers every message as the person. */
    @JsonProperty("digital_twin")
    DIGITAL_TWIN,
    /** Answers when a trigger word matches, with a probability. */
    @JsonProperty("sniper")
    SNIPER,
    /** Writes an answer to every message and sends it when the owner has approved it. */
    @JsonProperty("draft")
    DRAFT,
    /** Records and never answers. */
    @JsonProperty("observe")
    OBSERVE,
    /** Neither answers nor keeps the text. */
    @JsonProperty("disabled")
    DISABLED
}
