package io.vibee.protocol.account;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What happens to a message in quiet hours, and outside of working hours. */
public enum OutsideHours {
    /** It gets no answer. */
    @JsonProperty("silence")
    SILENCE,
    /** It gets no answer, and its chat gets a ready text, once in each such time. */
    @JsonProperty("notice")
    NOTICE,
    /** Its answer needs the owner's leave. */
    @JsonProperty("draft")
    DRAFT
}
