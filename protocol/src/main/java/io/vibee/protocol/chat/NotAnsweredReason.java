package io.vibee.protocol.chat;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Why a message gets no answer. */
public enum NotAnsweredReason {
    @JsonProperty("disabled")
    DISABLED,
    @JsonProperty("observe")
    OBSERVE,
    /** No trigger word of a sniper matched. */
    @JsonProperty("no_trigger")
    NO_TRIGGER,
    /** The sniper's probability decided against it. */
    @JsonProperty("chance")
    CHANCE,
    /** It was sent before the session was connected or resumed. */
    @JsonProperty("before_connection")
    BEFORE_CONNECTION,
    /** It was older than the service's limit when it was first seen. */
    @JsonProperty("too_old")
    TOO_OLD,
    /** Another bot wrote it, or the session's own. */
    @JsonProperty("from_bot")
    FROM_BOT,
    /** The session's owner wrote it, or Telegram did in the owner's name. */
    @JsonProperty("from_owner")
    FROM_OWNER,
    /** The owner has the chat in hand, or took it while the message waited. */
    @JsonProperty("takeover")
    TAKEOVER,
    /** The owner discarded its answer. */
    @JsonProperty("discarded")
    DISCARDED,
    /** Nobody decided on its answer in time. */
    @JsonProperty("expired")
    EXPIRED,
    /** Its sender wrote again before its answer was approved: that message is answered. */
    @JsonProperty("superseded")
    SUPERSEDED,
    /** Telegram lets nobody write as the owner there any more: the other's last message is older than a day. */
    @JsonProperty("window_closed")
    WINDOW_CLOSED,
    /** It is for somebody else, or for nobody in particular in a group that is answered only when it speaks to the bot. */
    @JsonProperty("not_addressed")
    NOT_ADDRESSED,
    /** The owner blocked its sender. */
    @JsonProperty("blocked")
    BLOCKED,
    /** The group got an answer just before, and nobody spoke to the bot. */
    @JsonProperty("cooldown")
    COOLDOWN,
    /** Telegram lets the bot write nothing there: see {@link ChatEvent.ChatBarred}. */
    @JsonProperty("barred")
    BARRED,
    /** It has no text or caption to answer. */
    @JsonProperty("no_text")
    NO_TEXT,
    /** Too many messages of the chat wait already. */
    @JsonProperty("overload")
    OVERLOAD,
    /** Its sender repeated it too often. */
    @JsonProperty("flood")
    FLOOD,
    /** A rule stopped it or its answer. */
    @JsonProperty("moderated")
    MODERATED,
    /** The owner lets the bot read and not write. */
    @JsonProperty("read_only")
    READ_ONLY,
    @JsonProperty("paused")
    PAUSED,
    /** The session was removed or its token revoked. */
    @JsonProperty("disconnected")
    DISCONNECTED,
    /** The sender took it back before it was answered. */
    @JsonProperty("deleted")
    DELETED,
    @JsonProperty("quiet_hours")
    QUIET_HOURS,
    /** The user's model calls of the day are used up. */
    @JsonProperty("quota")
    QUOTA,
    /** No model could answer and the chat is set to stay silent then. */
    @JsonProperty("failed_silently")
    FAILED_SILENTLY,
    /** No model could answer and the chat is set to keep it as a dead letter. */
    @JsonProperty("dead_letter")
    DEAD_LETTER,
    /** Its text can't be read any more: the key was erased. */
    @JsonProperty("erased")
    ERASED
}
