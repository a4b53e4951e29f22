package io.vibee.chat;

import io.vibee.cluster.Defect;
import io.vibee.moderation.StopReason;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.session.SessionCommand.OutgoingText;
import io.vibee.reply.ReplyRequest;
import java.time.Duration;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * What a chat does to the world around it, as a value: {@link ChatMachine} decides on it, {@link ChatPeers} does it. It is done when
 * the events of its step are stored, so that nothing goes out whose start is not in the journal.
 */
sealed interface ChatEffect {

    /** Whether it may be lost when the events of its step can't be stored: a model's call was paid whatever becomes of it. */
    default boolean followsEvents() {
        return !(this instanceof Settle);
    }

    // Its account.

    /** Asks leave to call a model. Answered by {@link ChatStep.GrantAnswered}. */
    record AskLeave(String owner, String callId) implements ChatEffect {}

    /** Tells what a granted call used. */
    record Settle(String owner, AccountCommand.Settle settle) implements ChatEffect {}

    // What writes the text.

    /** Looks for what was said long ago. Answered by {@link ChatStep.Recalled}. */
    record Search(String callId, GrantReply.Granted granted, Recall.Search search) implements ChatEffect {}

    /** Asks the engine for a text. Answered by {@link ChatStep.Composed}. */
    record Compose(ReplyRequest request) implements ChatEffect {}

    // Its session.

    /** Answered by one or two {@link ChatStep.PermitAnswered}, or by none when the session can't be reached. */
    record RequestPermit(String sessionId, long telegramChatId) implements ChatEffect {}

    record ReleasePermit(String sessionId, String permitId) implements ChatEffect {}

    /** Sends one part of a text. Answered by {@link ChatStep.DeliveryAnswered}. */
    record Deliver(String sessionId, String permitId, String draftId, int part, OutgoingText message)
            implements ChatEffect {}

    /** Looks for who has the session now. Answered by {@link ChatStep.SenderFound}. */
    record FindSender(String sessionId, String permitId) implements ChatEffect {}

    /** Shows what is new of the answer that comes; best effort. */
    record ShowLivePreview(
            String sessionId, long telegramChatId, @Nullable Integer messageThreadId, int draftId)
            implements ChatEffect {}

    /** Best effort. */
    record MarkRead(String sessionId, long telegramChatId, long telegramMessageId) implements ChatEffect {}

    /** Best effort. */
    record ShowTyping(
            String sessionId,
            long telegramChatId,
            @Nullable Integer messageThreadId,
            @Nullable String businessConnectionId)
            implements ChatEffect {}

    // Its key.

    /** The key of a chat that is known. Answered by {@link ChatStep.KeyReady} or {@link ChatStep.KeyUnavailable}. */
    record LoadKey(String owner, String keyId) implements ChatEffect {}

    /** The key of a chat that is seen for the first time. Answered as {@link LoadKey}. */
    record ObtainKey(String owner) implements ChatEffect {}

    /** Answered by {@link ChatStep.KeyErased}. */
    record EraseKey(String owner, ActorRef<StatusReply<Done>> replyTo) implements ChatEffect {}

    // Itself.

    record Reply<T>(ActorRef<T> to, T message) implements ChatEffect {
        void send() {
            to.tell(message);
        }
    }

    /** Tells itself a step. */
    record Tell(ChatCommand.Internal step) implements ChatEffect {}

    /**
     * Has a step come after a time, in the place of one like it that is to come.
     *
     * @param every again and again after this time, or null: once
     */
    record StartTimer(
            ChatCommand.Internal step,
            Duration after,
            @Nullable Duration every) implements ChatEffect {}

    /** Nothing comes of the timers of what the chat was doing. */
    record CancelTimers() implements ChatEffect {}

    /** Asks to be forgotten by the node until somebody needs the chat. */
    record Passivate() implements ChatEffect {}

    /** Has the chat start where its shard goes. */
    record GoOnElsewhere() implements ChatEffect {}

    /** Tells the owner of somebody new. */
    record TellNewcomer(OwnerNotices.Newcomer newcomer) implements ChatEffect {}

    /** Tells the owner that it is decided about somebody new. */
    record TellNewcomerSettled(OwnerNotices.NewcomerSettled settled) implements ChatEffect {}

    /** Tells the owner of an answer that waits for leave. */
    record TellProposed(OwnerNotices.Proposed proposed) implements ChatEffect {}

    /** Tells the owner what became of it. */
    record TellClosed(OwnerNotices.Closed closed) implements ChatEffect {}

    /** Counts that the engine stopped a message or its answer. */
    record CountStopped(StopReason why) implements ChatEffect {}

    /** Tells people who run the service. */
    record Report(Defect defect) implements ChatEffect {}
}
