package io.vibee.protocol.chat;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What would happen to a text. */
public enum PreviewDecision {
    /** A model's answer would be sent. */
    @JsonProperty("answer")
    ANSWER,
    /** A model's answer would wait for its owner's leave. */
    @JsonProperty("draft")
    DRAFT,
    /** No model answered: a ready sentence would be sent. */
    @JsonProperty("predefined")
    PREDEFINED,
    /** No model answered: it would be kept as a dead letter. */
    @JsonProperty("dead_letter")
    DEAD_LETTER,
    /** Nothing would be sent. */
    @JsonProperty("no_answer")
    NO_ANSWER
}
