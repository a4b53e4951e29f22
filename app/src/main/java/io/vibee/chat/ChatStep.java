package io.vibee.chat;

import io.vibee.persistence.keys.DataKey;
import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.SlotReply;
import io.vibee.reply.PromptAssembly.Said;
import io.vibee.reply.ReplyOutcome;
import java.util.List;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/** What a chat tells itself. */
sealed interface ChatStep extends ChatCommand.Internal {

    record KeyReady(DataKey key) implements ChatStep {}

    record KeyUnavailable(Throwable cause) implements ChatStep {}

    /** The chat's key was erased in the store, or could not be. */
    record KeyErased(@Nullable Throwable failure, ActorRef<StatusReply<Done>> replyTo) implements ChatStep {}

    record GrantAnswered(String messageId, GrantReply reply) implements ChatStep {}

    record Composed(String messageId, ReplyOutcome outcome) implements ChatStep {}

    /** What was said long ago was looked for. */
    record Recalled(String messageId, GrantReply.Granted granted, List<Said> relevant) implements ChatStep {}

    /** Of what a chat does beside the one thing that it is doing. */
    sealed interface Aside extends ChatStep {}

    record SummaryGrantAnswered(String callId, GrantReply reply) implements Aside {}

    record Summarized(String callId, ReplyOutcome outcome) implements Aside {}

    record PreviewGrantAnswered(String callId, GrantReply reply) implements Aside {}

    record PreviewRecalled(String callId, GrantReply.Granted granted, List<Said> relevant) implements Aside {}

    record PreviewComposed(String callId, ReplyOutcome outcome) implements Aside {}

    record SlotAnswered(SlotReply reply) implements ChatStep {}

    record DeliveryAnswered(String draftId, int part, DeliveryOutcome outcome) implements ChatStep {}

    /** Look for the next thing to do. */
    enum Proceed implements ChatStep {
        NOW
    }

    /** The session did not answer about a slot. */
    enum SlotOverdue implements ChatStep {
        NOW
    }

    enum LoadKey implements ChatStep {
        NOW
    }

    enum ShowTyping implements ChatStep {
        NOW
    }

    /** Show what is new of the answer that comes. */
    enum ShowDraft implements ChatStep {
        NOW
    }

    /** Nothing was said for a while. */
    enum Idle implements ChatStep {
        NOW
    }

    enum Stop implements ChatStep {
        NOW
    }
}
