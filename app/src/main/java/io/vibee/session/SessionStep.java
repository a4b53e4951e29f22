package io.vibee.session;

import io.vibee.cluster.Defect;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.crypto.TextCipher;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.Incarnation;
import io.vibee.telegram.TelegramFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** What a session tells itself, and what its poller or its webhook's intake tells it. */
sealed interface SessionStep extends SessionCommand.Internal {

    // Of its key.

    /**
     * @param load which load of the key this answers
     */
    record KeyReady(int load, TextCipher key) implements SessionStep {}

    /**
     * @param load which load of the key this answers
     */
    record KeyUnavailable(int load, Throwable cause) implements SessionStep {}

    enum LoadKey implements SessionStep {
        NOW
    }

    // Of sending.

    /**
     * A request to send is over.
     *
     * @param token with which it was sent, as stored
     * @param messageId Telegram's id, when it was sent
     */
    record SendAnswered(
            SessionCommand.Deliver deliver,
            Sealed token,
            @Nullable Long messageId,
            @Nullable TelegramFailure failure) implements SessionStep {}

    /**
     * A request to show a live preview is over.
     *
     * @param failure null when it is shown
     */
    record LivePreviewAnswered(
            long telegramChatId, @Nullable TelegramFailure failure) implements SessionStep {}

    /** Telegram says to show no "typing" for so long. */
    record TypingHeld(Duration retryAfter) implements SessionStep {}

    /** Serve who waits for a permit. */
    enum ServePermits implements SessionStep {
        NOW
    }

    // Of its intake.

    /** A poll gave updates, perhaps none. */
    record Polled(int updates) implements SessionStep {}

    /** Telegram posts to this node from now on. */
    enum WebhookSet implements SessionStep {
        NOW
    }

    /**
     * Somebody else set another webhook for this bot.
     *
     * @param host of that webhook
     */
    record WebhookTaken(String host) implements SessionStep {}

    /**
     * Nothing comes through the webhook.
     *
     * @param why in words for the session's owner
     */
    record WebhookUseless(String why) implements SessionStep {}

    /** Try the webhook again that was of no use. */
    enum TryWebhook implements SessionStep {
        NOW
    }

    /**
     * Telegram gives no updates, or does not take the webhook; it is tried again.
     *
     * @param token with which it was asked, as stored
     */
    record IntakeFailed(Sealed token, TelegramFailure failure) implements SessionStep {}

    /** A service message says that a group became a supergroup. */
    record Migrated(long fromTelegramChatId, long toTelegramChatId, ActorRef<Boolean> replyTo) implements SessionStep {}

    // Of what chats can't store.

    /** A chat can't store an update: keep it. Answered with whether it is kept. */
    record Park(String chatId, Route.Keepable route, ActorRef<Boolean> replyTo) implements SessionStep {}

    /** Try again what is parked of a chat. */
    record RetryParked(String chatId) implements SessionStep {}

    /** What became of a try to have a parked update stored. */
    record ParkedTried(String chatId, long parkedId, Outcome outcome) implements SessionStep {

        enum Outcome {
            STORED,
            /** The next try may do. */
            NOT_STORED,
            /** The chat's own code failed at it. */
            CHAT_FAILED,
            UNREADABLE,
            KEY_ERASED
        }
    }

    // Of its life.

    /** These had something unfinished when the session stopped sending. */
    record UnfinishedFound(
            List<String> persistenceIds,
            String owner,
            NotAnsweredReason reason,
            Instant at,
            @Nullable Throwable failure)
            implements SessionStep {}

    record OwnerFound(Incarnation incarnation) implements SessionStep {}

    /** Stop: at once, or when what is on its way has an outcome. */
    enum Stop implements SessionStep {
        NOW
    }

    /** The session's own code failed at an effect. */
    record EffectFailed(SessionEffect effect, Defect defect) implements SessionStep {}
}
