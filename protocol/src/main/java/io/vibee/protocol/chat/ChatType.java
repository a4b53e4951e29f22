package io.vibee.protocol.chat;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Telegram's types of a chat (Bot API, {@code Chat.type}). */
public enum ChatType {
    @JsonProperty("private")
    PRIVATE,
    @JsonProperty("group")
    GROUP,
    @JsonProperty("supergroup")
    SUPERGROUP,
    @JsonProperty("channel")
    CHANNEL
}
