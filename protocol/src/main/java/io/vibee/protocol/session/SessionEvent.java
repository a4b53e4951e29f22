package io.vibee.protocol.session;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.stored.EventHead;
import io.vibee.protocol.stored.StoredEvent;

/** What happened to a session. */
public sealed interface SessionEvent extends StoredEvent {

    /** The token was checked with getMe and is stored encrypted; messages from before {@code head.at} are not answered. */
    record SessionConnected(
            EventHead head, SessionKind kind, Bot bot, Sealed token, ChatMode defaultMode, Delivery delivery)
            implements SessionEvent {}

    /**
     * The owner connected the operator's bot to a profile; messages from before {@code head.at} are not answered.
     *
     * @param bot the operator's
     * @param operatorSessionId the session that polls and sends for it
     * @param keyId of the key under which it keeps what chats can't store
     */
    record BusinessConnected(
            EventHead head, Bot bot, String operatorSessionId, String keyId, ChatMode defaultMode, BusinessLink link)
            implements SessionEvent {}

    /** The owner changed or ended the connection in Telegram, or began it again. */
    record BusinessChanged(EventHead head, BusinessLink link) implements SessionEvent {}

    /** The owner gave a new token for the same bot; the session is active again. */
    record TokenReplaced(EventHead head, Bot bot, Sealed token) implements SessionEvent {}

    record SessionPaused(EventHead head) implements SessionEvent {}

    /** Messages from before {@code head.at} are stored and not answered. */
    record SessionResumed(EventHead head) implements SessionEvent {}

    /** Telegram refused the token (401): nothing is tried with it again. */
    record SessionRevoked(EventHead head) implements SessionEvent {}

    record DefaultModeChanged(EventHead head, ChatMode defaultMode) implements SessionEvent {}

    /** Whether somebody new in a private chat waits for the owner's decision. */
    record ReviewChanged(EventHead head, boolean review) implements SessionEvent {}

    record DeliveryChanged(EventHead head, Delivery delivery) implements SessionEvent {}

    /**
     * A chat could not store an update in time. The session keeps it, encrypted, and confirms it to Telegram.
     *
     * @param parkedId unique within the session
     * @param update the update as Telegram sent it
     */
    record UpdateParked(EventHead head, long parkedId, String chatId, Sealed update) implements SessionEvent {}

    /** A parked update was stored by its chat at last. */
    record ParkedUpdateStored(EventHead head, long parkedId) implements SessionEvent {}

    /** A parked update is kept no longer, and no chat stored it: others of its chat wait behind it. */
    record ParkedUpdateDropped(EventHead head, long parkedId, String chatId, DropReason reason)
            implements SessionEvent {}

    /** Why nobody will store a parked update. */
    enum DropReason {
        /** The chat's own code failed at it each time. */
        @JsonProperty("chat_failed")
        CHAT_FAILED,
        /** What was kept is no update any more. */
        @JsonProperty("unreadable")
        UNREADABLE,
        /** The key that opens it was erased with its owner's data. */
        @JsonProperty("key_erased")
        KEY_ERASED
    }

    /** A group became a supergroup: the chat keeps its id under Telegram's new one. */
    record ChatMigrated(EventHead head, String chatId, long fromTelegramChatId, long toTelegramChatId)
            implements SessionEvent {}

    /** The owner removed the session. */
    record SessionDisconnected(EventHead head) implements SessionEvent {}
}
