package io.vibee.chat;

import io.vibee.cluster.Defect;
import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.crypto.TextCipher;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.Incarnation;
import io.vibee.protocol.session.SessionCommand.PermitReply;
import io.vibee.reply.PromptAssembly.Said;
import io.vibee.reply.ReplyOutcome;
import java.util.List;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/** What a chat tells itself. */
sealed interface ChatStep extends ChatCommand.Internal {

    // Of its key.

    record KeyReady(TextCipher key) implements ChatStep {}

    /**
     * @param ownerErased whether there will never be one
     */
    record KeyUnavailable(boolean ownerErased) implements ChatStep {}

    /** Ask for it again. */
    enum LoadKey implements ChatStep {
        NOW
    }

    /** The chat's key was erased in the store, or could not be. */
    record KeyErased(@Nullable Throwable failure, ActorRef<StatusReply<Done>> replyTo) implements ChatStep {}

    // Of a model's call.

    record GrantAnswered(String callId, GrantReply reply) implements ChatStep {}

    /** What was said long ago was looked for. */
    record Recalled(String callId, GrantReply.Granted granted, List<Said> relevant) implements ChatStep {}

    record Composed(String callId, ReplyOutcome outcome) implements ChatStep {}

    enum ShowTyping implements ChatStep {
        NOW
    }

    /** Show what is new of the answer that comes. */
    enum ShowLivePreview implements ChatStep {
        NOW
    }

    // Of sending.

    record PermitAnswered(PermitReply reply) implements ChatStep {}

    /** The session did not answer about a permit. */
    enum PermitOverdue implements ChatStep {
        NOW
    }

    record DeliveryAnswered(String permitId, DeliveryOutcome outcome) implements ChatStep {}

    /**
     * Who has the session now, while something is sent under a permit.
     *
     * @param session null: nobody answered in time
     */
    record SenderFound(String permitId, @Nullable Incarnation session) implements ChatStep {}

    // Of its life.

    /** Look for the next thing to do. */
    enum Proceed implements ChatStep {
        NOW
    }

    /** Nothing was said for a while. */
    enum Idle implements ChatStep {
        NOW
    }

    enum Stop implements ChatStep {
        NOW
    }

    /** The chat's own code failed at an effect. */
    record EffectFailed(ChatEffect effect, Defect defect) implements ChatStep {}
}
