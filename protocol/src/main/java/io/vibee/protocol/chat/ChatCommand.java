package io.vibee.protocol.chat;

import io.vibee.protocol.ClusterMessage;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.carrier.Carrier;
import java.time.Instant;
import java.util.List;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/** What a chat is asked. Whoever asks for a user says which: another's chat answers {@link Refusal#CHAT_NOT_FOUND}. */
public sealed interface ChatCommand {

    /** Messages that never leave the chat's own node. */
    non-sealed interface Internal extends ChatCommand {}

    /**
     * An update of this chat; the answer means that it is stored (or was already).
     *
     * @param activeSince messages sent before it are stored and not answered
     * @param defaultMode the mode of a chat that is seen for the first time
     * @param silent why the session answers nothing now, or null
     * @param review whether somebody new in a private chat waits for the owner's decision
     */
    record Receive(
            String owner,
            Carrier carrier,
            Place place,
            Incoming incoming,
            Instant activeSince,
            ChatMode defaultMode,
            @Nullable NotAnsweredReason silent,
            boolean review,
            ActorRef<StatusReply<Done>> replyTo)
            implements ChatCommand, ClusterMessage {

        /** From a session that answers, also who is new. */
        public Receive(
                String owner,
                Carrier carrier,
                Place place,
                Incoming incoming,
                Instant activeSince,
                ChatMode defaultMode,
                ActorRef<StatusReply<Done>> replyTo) {
            this(owner, carrier, place, incoming, activeSince, defaultMode, null, false, replyTo);
        }
    }

    /** Where in Telegram the chat is, as the update says it. */
    record Place(
            long telegramChatId, ChatType type, @Nullable String title) implements ClusterMessage {
        @Override
        public String toString() {
            return "Place[" + telegramChatId + ", " + type + "]";
        }
    }

    /** The group became a supergroup. */
    record ChangeTelegramChat(String owner, long telegramChatId, ActorRef<StatusReply<Done>> replyTo)
            implements ChatCommand, ClusterMessage {}

    /** The session stopped sending: what was received before that will not be answered. */
    record SessionStopped(String owner, NotAnsweredReason reason, Instant at) implements ChatCommand, ClusterMessage {}

    record GetChat(String owner, ActorRef<StatusReply<ChatView>> replyTo) implements ChatCommand, ClusterMessage {}

    /** Replaces the configuration. */
    record Configure(String owner, ChatView.Config config, ActorRef<StatusReply<ChatView>> replyTo)
            implements ChatCommand, ClusterMessage {}

    /** Sets the mode and leaves all else as it is. */
    record ChangeMode(String owner, ChatMode mode, ActorRef<StatusReply<ChatView>> replyTo)
            implements ChatCommand, ClusterMessage {}

    /** Decides about the other one in a private chat. What waited for it is answered as the decision says: the newest message. */
    record DecideOnContact(String owner, ContactDecision decision, ActorRef<StatusReply<ChatView>> replyTo)
            implements ChatCommand, ClusterMessage {}

    /**
     * Sends what the owner wrote.
     *
     * @param text not empty
     */
    record Send(String owner, String text, @Nullable String idempotencyKey, ActorRef<StatusReply<Queued>> replyTo)
            implements ChatCommand, ClusterMessage {
        @Override
        public String toString() {
            return "Send[" + owner + "]";
        }
    }

    /**
     * Asks what would happen to a text if somebody wrote it in a private chat, or spoke to the bot in a group. Nothing is sent or stored, but a
     * model is asked, and the call counts.
     *
     * @param text not empty
     */
    record Preview(String owner, String text, ActorRef<StatusReply<Previewed>> replyTo)
            implements ChatCommand, ClusterMessage {
        @Override
        public String toString() {
            return "Preview[" + owner + "]";
        }
    }

    /**
     * The result of a preview.
     *
     * @param reasons at least one, none with personal text
     * @param prompt what the model was given, or null: none was asked
     * @param answer what would be sent, or null: nothing would
     * @param provider that wrote it, with its model, or null
     */
    record Previewed(
            PreviewDecision decision,
            List<String> reasons,
            @Nullable PromptSize prompt,
            @Nullable String answer,
            @Nullable String provider,
            @Nullable String model)
            implements ClusterMessage {
        public Previewed {
            reasons = List.copyOf(reasons);
        }

        @Override
        public String toString() {
            return "Previewed[" + decision + ", " + reasons + "]";
        }
    }

    /** The size of a prompt: tokens by our count, and messages, both the conversation's and our notes. */
    record PromptSize(long tokens, int messages) implements ClusterMessage {}

    /** The owner's text is stored and will be sent. */
    record Queued(String id) implements ClusterMessage {}

    /** Retries a dead letter: the model answers an unanswered message, and a text that was not sent is sent as it is. */
    record RetryDeadLetter(String owner, String id, ActorRef<StatusReply<Done>> replyTo)
            implements ChatCommand, ClusterMessage {}

    /** Retries all dead letters for which there is room. The answer is how many. */
    record RetryDeadLetters(String owner, ActorRef<StatusReply<Retried>> replyTo)
            implements ChatCommand, ClusterMessage {}

    record Retried(int count) implements ClusterMessage {}

    /** Drops a dead letter. */
    record DropDeadLetter(String owner, String id, ActorRef<StatusReply<Done>> replyTo)
            implements ChatCommand, ClusterMessage {}

    /**
     * Takes the chat in hand: nothing is answered in it for a time.
     *
     * @param minutes for how long; null: as its settings say, or half an hour when they say not at all
     */
    record TakeOver(String owner, @Nullable Integer minutes, OwnerVia via, ActorRef<StatusReply<ChatView>> replyTo)
            implements ChatCommand, ClusterMessage {}

    /** Gives the chat back. */
    record EndTakeover(String owner, OwnerVia via, ActorRef<StatusReply<ChatView>> replyTo)
            implements ChatCommand, ClusterMessage {}

    /**
     * Gives leave to send an answer. One that was decided on already is {@link Refusal#DRAFT_SETTLED}.
     *
     * @param text what to send in its place, or null
     */
    record ApproveDraft(
            String owner, String draftId, @Nullable String text, OwnerVia via, ActorRef<StatusReply<Queued>> replyTo)
            implements ChatCommand, ClusterMessage {
        @Override
        public String toString() {
            return "ApproveDraft[" + owner + ", " + draftId + "]";
        }
    }

    /** An answer is not to be sent; as {@link ApproveDraft}. */
    record DiscardDraft(String owner, String draftId, OwnerVia via, ActorRef<StatusReply<Done>> replyTo)
            implements ChatCommand, ClusterMessage {}

    /**
     * Erases everything that was said: first its key, then what waits. The answer means that the key is erased. A later message begins the
     * chat anew.
     */
    record Erase(String owner, ActorRef<StatusReply<Done>> replyTo) implements ChatCommand, ClusterMessage {}

    /** Makes the chat live, so that what is unfinished goes on. */
    record Wake(ActorRef<Done> replyTo) implements ChatCommand, ClusterMessage {}
}
