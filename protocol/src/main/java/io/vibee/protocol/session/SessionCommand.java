package io.vibee.protocol.session;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.vibee.protocol.ClusterMessage;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.ChatCommand.Place;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.stored.Stored;
import java.time.Instant;
import java.util.List;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/** What a session is asked. Whoever asks for a user says which: another's session answers {@link Refusal#SESSION_NOT_FOUND}. */
public sealed interface SessionCommand {

    /** Messages that never leave the session's own node. */
    non-sealed interface Internal extends SessionCommand {}

    /**
     * Connects a checked token. A second time with the same bot it answers as the first time, so that a crash between row and entity heals.
     */
    record Connect(
            String owner,
            SessionKind kind,
            Bot bot,
            Sealed token,
            ChatMode defaultMode,
            Delivery delivery,
            ActorRef<StatusReply<SessionView>> replyTo)
            implements SessionCommand, ClusterMessage {}

    /**
     * Connects a person to the operator's bot, or tells what changed of that. Telling it again changes nothing.
     *
     * @param operatorSessionId the session that polls and sends
     * @param keyId of the session's own key
     * @param defaultMode of a new connection
     */
    record ConnectBusiness(
            String owner,
            Bot bot,
            String operatorSessionId,
            String keyId,
            ChatMode defaultMode,
            BusinessLink link,
            ActorRef<StatusReply<SessionView>> replyTo)
            implements SessionCommand, ClusterMessage {}

    /** Replaces the token of the same bot. The session continues with it unless it is paused. */
    record ReplaceToken(String owner, Bot bot, Sealed token, ActorRef<StatusReply<SessionView>> replyTo)
            implements SessionCommand, ClusterMessage {}

    /** Asks for the stored token. */
    record GetToken(String owner, ActorRef<StatusReply<StoredToken>> replyTo)
            implements SessionCommand, ClusterMessage {}

    record StoredToken(Sealed token, SessionState.Phase phase) implements ClusterMessage {}

    record GetSession(String owner, ActorRef<StatusReply<SessionView>> replyTo)
            implements SessionCommand, ClusterMessage {}

    record Pause(String owner, ActorRef<StatusReply<SessionView>> replyTo) implements SessionCommand, ClusterMessage {}

    record Resume(String owner, ActorRef<StatusReply<SessionView>> replyTo) implements SessionCommand, ClusterMessage {}

    /** Sets whether somebody new in a private chat waits for the owner's decision. */
    record ChangeReview(String owner, boolean review, ActorRef<StatusReply<SessionView>> replyTo)
            implements SessionCommand, ClusterMessage {}

    record ChangeDefaultMode(String owner, ChatMode defaultMode, ActorRef<StatusReply<SessionView>> replyTo)
            implements SessionCommand, ClusterMessage {}

    record ChangeDelivery(String owner, Delivery delivery, ActorRef<StatusReply<SessionView>> replyTo)
            implements SessionCommand, ClusterMessage {}

    record Disconnect(String owner, ActorRef<StatusReply<Done>> replyTo) implements SessionCommand, ClusterMessage {}

    /** Brings what Telegram posted to the session's webhook. Answered when it is kept, or can't be. */
    record TakeIn(Place place, Incoming incoming, ActorRef<Acceptance> replyTo)
            implements SessionCommand, ClusterMessage {}

    /** As {@link TakeIn}, of a group that became a supergroup. */
    record TakeInMigration(long fromTelegramChatId, long toTelegramChatId, ActorRef<Acceptance> replyTo)
            implements SessionCommand, ClusterMessage {}

    /** What became of an update that Telegram posted. */
    enum Acceptance implements ClusterMessage {
        /** Its chat stored it, or the session keeps it for its chat. */
        @JsonProperty("kept")
        KEPT,
        /** Not yet: the session begins or moves. It may be brought again at once. */
        @JsonProperty("later")
        LATER,
        /** The session takes nothing from a webhook now: it is paused, revoked, polls, or has no room for more. */
        @JsonProperty("not_wanted")
        NOT_WANTED,
        /** There is no such session, or not any more. */
        @JsonProperty("no_session")
        NO_SESSION
    }

    /** Asks for a permit to send one message. The answer comes at once. If it is {@link PermitReply.Waiting}, a grant follows. */
    record RequestPermit(String chatId, long telegramChatId, ActorRef<PermitReply> replyTo)
            implements SessionCommand, ClusterMessage {}

    /** Gives back a permit that will not be used. */
    record ReleasePermit(String chatId, String permitId) implements SessionCommand, ClusterMessage {}

    /** Sends a text with a permit. Each such command is answered once. Without an answer in time the outcome is in doubt. */
    record Deliver(String chatId, String permitId, OutgoingText message, ActorRef<DeliveryOutcome> replyTo)
            implements SessionCommand, ClusterMessage {}

    /**
     * Shows a person's own chat as read up to a message; best effort, no answer.
     *
     * @param businessConnectionId the newest one, or null: the person's session knows it
     */
    record MarkRead(
            long telegramChatId,
            long telegramMessageId,
            @Nullable String businessConnectionId) implements SessionCommand, ClusterMessage {}

    /** Shows "typing…" in a chat once; best effort, no answer. */
    record ShowTyping(
            long telegramChatId,
            @Nullable Integer messageThreadId,
            @Nullable String businessConnectionId) implements SessionCommand, ClusterMessage {}

    /**
     * Shows in a private chat with the bot what there is of an answer; best effort, no answer. The next message replaces it.
     *
     * @param draftId not 0, the same for all drafts of one answer
     * @param text at most 4096 UTF-16 units
     */
    record ShowLivePreview(long telegramChatId, @Nullable Integer messageThreadId, int draftId, String text)
            implements SessionCommand, ClusterMessage {}

    /** Asks which incarnation sharding reaches under this session's id. */
    record Identify(ActorRef<Incarnation> replyTo) implements SessionCommand, ClusterMessage {}

    /** Makes the session live, so that what it has parked goes on. */
    record Wake(ActorRef<Done> replyTo) implements SessionCommand, ClusterMessage {}

    /** One incarnation of a session: a random id made when the actor started. */
    record Incarnation(String id) implements ClusterMessage {

        /**
         * The id of a permit that it gives.
         *
         * @param number another one for each of its permits
         */
        public String permitId(long number) {
            return id + "-" + number;
        }

        /** Whether it gave this permit. */
        public boolean gave(String permitId) {
            return permitId.startsWith(id + "-");
        }
    }

    /**
     * @param text at most 4096 UTF-16 units
     * @param linkPreview whether Telegram shows the first link's target below the text
     */
    record OutgoingText(
            long telegramChatId,
            String text,
            List<TextEntity> entities,
            boolean linkPreview,
            @Nullable Integer messageThreadId,
            @Nullable String businessConnectionId)
            implements ClusterMessage {
        public OutgoingText {
            entities = Stored.listOrEmpty(entities);
        }
    }

    /** The answer to a {@link RequestPermit}. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    @JsonSubTypes({
        @JsonSubTypes.Type(value = PermitReply.Granted.class, name = "granted"),
        @JsonSubTypes.Type(value = PermitReply.Waiting.class, name = "waiting"),
        @JsonSubTypes.Type(value = PermitReply.Refused.class, name = "refused")
    })
    sealed interface PermitReply extends ClusterMessage {

        /**
         * @param deadline after it a {@link Deliver} is refused as certainly not sent
         */
        record Granted(String permitId, Instant deadline) implements PermitReply {}

        /** No permit is free; a grant follows. */
        record Waiting() implements PermitReply {}

        /**
         * The session does not send: it is paused, revoked or gone, or its person does not let it.
         *
         * @param why what is said of messages that get no answer for it; null: what the phase says
         */
        record Refused(SessionState.Phase phase, @Nullable NotAnsweredReason why) implements PermitReply {

            /** Because of its phase. */
            public Refused(SessionState.Phase phase) {
                this(phase, null);
            }
        }
    }

    /** The outcome of a {@link Deliver}. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    @JsonSubTypes({
        @JsonSubTypes.Type(value = DeliveryOutcome.Sent.class, name = "sent"),
        @JsonSubTypes.Type(value = DeliveryOutcome.NotSent.class, name = "not_sent"),
        @JsonSubTypes.Type(value = DeliveryOutcome.RefusedByTelegram.class, name = "refused"),
        @JsonSubTypes.Type(value = DeliveryOutcome.Migrated.class, name = "migrated"),
        @JsonSubTypes.Type(value = DeliveryOutcome.Unknown.class, name = "unknown")
    })
    sealed interface DeliveryOutcome extends ClusterMessage {

        record Sent(long telegramMessageId) implements DeliveryOutcome {}

        /**
         * It certainly did not reach Telegram.
         *
         * @param retryAfterMillis when to try again at the earliest
         */
        record NotSent(String why, long retryAfterMillis) implements DeliveryOutcome {}

        /**
         * Telegram refused it.
         *
         * @param retryAfterMillis how long Telegram says to wait (429), or -1 when it is final
         */
        record RefusedByTelegram(int code, String description, long retryAfterMillis) implements DeliveryOutcome {}

        /** Telegram refused it because the group became a supergroup. */
        record Migrated(long toTelegramChatId) implements DeliveryOutcome {}

        /** It may or may not have been sent; nobody can know. */
        record Unknown(String why) implements DeliveryOutcome {}
    }
}
