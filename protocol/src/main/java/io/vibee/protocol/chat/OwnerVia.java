package io.vibee.protocol.chat;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where a chat's owner said something about it. */
public enum OwnerVia {
    /** In the chat itself, by writing there. */
    @JsonProperty("chat")
    CHAT,
    /** By the API, or the console. */
    @JsonProperty("api")
    API,
    /** In the owner's own chat with the operator's bot. */
    @JsonProperty("bot")
    BOT
}
