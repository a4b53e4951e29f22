package io.vibee.protocol.chat;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What became of an answer that waited for its owner's leave. */
public enum DraftEnd {
    /** It is sent, as it was or in the owner's words. */
    @JsonProperty("approved")
    APPROVED,
    /** The owner does not want it. */
    @JsonProperty("discarded")
    DISCARDED,
    /** Nobody decided in time. */
    @JsonProperty("expired")
    EXPIRED,
    /** Whoever is answered wrote again. */
    @JsonProperty("superseded")
    SUPERSEDED,
    /** The owner has the chat in hand. */
    @JsonProperty("takeover")
    TAKEOVER,
    /** Whoever is answered changed the message: it is answered anew. */
    @JsonProperty("edited")
    EDITED,
    /** Whoever is answered took the message back. */
    @JsonProperty("deleted")
    DELETED,
    /** The session sends nothing any more, or the chat is disabled. */
    @JsonProperty("stopped")
    STOPPED
}
