package io.vibee.session;

import io.vibee.cluster.Defect;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.Acceptance;
import io.vibee.protocol.session.SessionEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What a session does to the world around it, as a value: {@link SessionMachine} decides on it, {@link SessionPeers} does it. It is
 * done when the events of its step are stored.
 */
sealed interface SessionEffect {

    // Its key.

    /**
     * Answered by {@link SessionStep.KeyReady} or {@link SessionStep.KeyUnavailable}.
     *
     * @param load which load of the key this is
     */
    record LoadKey(int load, String owner, String keyId) implements SessionEffect {}

    // Its intake.

    /**
     * Begins to poll, in the place of an earlier intake.
     *
     * @param afterWebhook whether the session's own webhook is to go first
     */
    record BeginPolling(OpenToken token, boolean afterWebhook, IntakeCommand.Terms terms) implements SessionEffect {}

    /** Begins to take in what Telegram posts, in the place of an earlier intake. */
    record BeginWebhook(OpenToken token, IntakeCommand.Terms terms) implements SessionEffect {}

    /** Begins to take in what the operator's session brings, in the place of an earlier intake. */
    record BeginBusiness(IntakeCommand.Terms terms) implements SessionEffect {}

    /** Hands what Telegram posted to the webhook's intake. */
    record TakeIn(Route route, ActorRef<Acceptance> replyTo) implements SessionEffect {}

    /** Tells the intake, if there is one. */
    record ChangeTerms(IntakeCommand.Terms terms) implements SessionEffect {}

    record EndIntake() implements SessionEffect {}

    /** Has Telegram post nothing more. Best effort: what it posts all the same is not taken. */
    record RemoveWebhook(OpenToken token) implements SessionEffect {}

    // Telegram.

    /** Sends a text, after the live preview that is on its way to the same chat. Answered by {@link SessionStep.SendAnswered}. */
    record Send(OpenToken token, SessionCommand.Deliver deliver) implements SessionEffect {}

    /** Answered by {@link SessionStep.LivePreviewAnswered}. */
    record ShowLivePreview(OpenToken token, SessionCommand.ShowLivePreview preview) implements SessionEffect {}

    /** Best effort. */
    record MarkRead(OpenToken token, SessionCommand.MarkRead mark) implements SessionEffect {}

    /** Best effort. Answered by {@link SessionStep.TypingHeld} when Telegram has had too much of it. */
    record ShowTyping(OpenToken token, SessionCommand.ShowTyping typing) implements SessionEffect {}

    /** Hands on to the session that sends for a person's. */
    record Forward(String sessionId, SessionCommand command) implements SessionEffect {}

    // Its chats.

    /** Offers an update that was parked to whom it is for. Answered by {@link SessionStep.ParkedTried}. */
    record OfferParked(String chatId, long parkedId, Route.Keepable route, IntakeCommand.Terms terms)
            implements SessionEffect {}

    /** Looks for chats that have something unfinished. Answered by {@link SessionStep.UnfinishedFound}. */
    record FindUnfinished(String owner, NotAnsweredReason reason, Instant at) implements SessionEffect {}

    /**
     * Tells these chats that nothing is to be answered: nobody pays a model for it. A chat that can't be told learns it when it
     * wants to send.
     */
    record TellStopped(List<String> persistenceIds, String owner, NotAnsweredReason reason, Instant at)
            implements SessionEffect {}

    /** Best effort: a chat that was not told learns it when it sends. */
    record TellMigrated(SessionEvent.ChatMigrated migrated) implements SessionEffect {}

    // Itself.

    /** Asks which incarnation gets what is sent to this session. Answered by {@link SessionStep.OwnerFound}, if by anybody. */
    record FindOwner() implements SessionEffect {}

    record Reply<T>(ActorRef<T> to, T message) implements SessionEffect {
        void send() {
            to.tell(message);
        }
    }

    /** Tells itself a step. */
    record Tell(SessionCommand.Internal step) implements SessionEffect {}

    /** Has a step come after a time, in the place of an equal one that is to come. */
    record StartTimer(SessionCommand.Internal step, Duration after) implements SessionEffect {}

    record CancelTimer(SessionCommand.Internal step) implements SessionEffect {}

    /** Asks sharding to forget the session until somebody needs it. */
    record Passivate() implements SessionEffect {}

    /** Tells people who run the service. */
    record Report(Defect defect) implements SessionEffect {}
}
