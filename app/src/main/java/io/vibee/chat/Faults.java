package io.vibee.chat;

import io.vibee.cluster.Defect;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatEvent.DeadLettered;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Outgoing;
import io.vibee.protocol.chat.ChatState.Pending;
import io.vibee.protocol.chat.ChatState.Step;
import io.vibee.protocol.stored.EventHead;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of what a chat was doing when its own code failed. The same step would fail again, so what it was about becomes a dead
 * letter, and the chat goes on with what follows. Whoever asked something is refused.
 */
final class Faults {

    private Faults() {}

    /** The cause of a dead letter: never a word of the text. */
    static String cause(Defect defect) {
        return "a defect: " + defect.kindAndPlace();
    }

    /** Whether a step belongs to the one thing that a chat does, so that its failure says something about that. */
    static boolean isOfActivity(ChatCommand command) {
        return switch (command) {
            case ChatStep.Proceed proceed -> true;
            case ChatStep.GrantAnswered answered -> true;
            case ChatStep.Recalled recalled -> true;
            case ChatStep.Composed composed -> true;
            case ChatStep.SlotAnswered answered -> true;
            case ChatStep.SlotOverdue overdue -> true;
            case ChatStep.DeliveryAnswered answered -> true;
            default -> false;
        };
    }

    /**
     * The dead letter of what a step was about; none when it was about nothing that waits.
     *
     * @param activity what the chat was doing before the step
     */
    static List<ChatEvent> of(ChatState state, ChatStep step, Activity activity, Defect defect, EventHead head) {
        Optional<ChatEvent> letter = switch (step) {
            case ChatStep.Proceed proceed -> next(state, defect, head);
            case ChatStep.GrantAnswered answered
            when isOf(activity, answered.messageId()) -> message(state, answered.messageId(), defect, head);
            case ChatStep.Recalled recalled
            when isOf(activity, recalled.messageId()) -> message(state, recalled.messageId(), defect, head);
            case ChatStep.Composed composed
            when isOf(activity, composed.messageId()) -> message(state, composed.messageId(), defect, head);
            case ChatStep.SlotAnswered answered
            when activity instanceof Activity.AwaitingSlot awaiting -> waiting(state, awaiting, defect, head);
            case ChatStep.SlotOverdue overdue
            when activity instanceof Activity.AwaitingSlot awaiting -> waiting(state, awaiting, defect, head);
            case ChatStep.DeliveryAnswered answered
            when activity.equals(new Activity.Delivering(answered.draftId(), answered.part())) ->
                state.outgoing(answered.draftId()).map(out -> letter(out, defect, head));
            default -> Optional.empty();
        };
        return letter.map(List::of).orElse(List.of());
    }

    private static boolean isOf(Activity activity, String messageId) {
        return activity.equals(new Activity.Granting(messageId))
                || activity.equals(new Activity.Recalling(messageId))
                || activity.equals(new Activity.Composing(messageId));
    }

    /** In the order of {@link Work}, which may be what fails. */
    private static Optional<ChatEvent> next(ChatState state, Defect defect, EventHead head) {
        Optional<Outgoing> started = state.outbox().stream()
                .filter(out -> out.step() == Step.STARTED)
                .findFirst();
        Optional<ChatEvent> out =
                started.or(() -> state.outbox().stream().findFirst()).map(sent -> letter(sent, defect, head));
        return out.or(() -> state.pending().stream().findFirst().map(pending -> letter(pending, defect, head)));
    }

    private static Optional<ChatEvent> waiting(
            ChatState state, Activity.AwaitingSlot awaiting, Defect defect, EventHead head) {
        Activity.Draft draft = awaiting.draft();
        return draft == null ? next(state, defect, head) : message(state, draft.inReplyTo(), defect, head);
    }

    private static Optional<ChatEvent> message(ChatState state, String messageId, Defect defect, EventHead head) {
        return state.pending(messageId).map(pending -> letter(pending, defect, head));
    }

    private static ChatEvent letter(Outgoing out, Defect defect, EventHead head) {
        return new DeadLettered(head, out.inReplyTo(), out.draftId(), cause(defect), out.attempts());
    }

    private static ChatEvent letter(Pending pending, Defect defect, EventHead head) {
        return new DeadLettered(head, pending.messageId(), null, cause(defect), 0);
    }

    /** Tells who asked that it could not be done. Whoever brought an update keeps it. */
    static void refuse(ChatCommand command) {
        switch (command) {
            case ChatCommand.Receive receive -> refuse(receive.replyTo());
            case ChatCommand.ChangeTelegramChat change -> refuse(change.replyTo());
            case ChatCommand.GetChat get -> refuse(get.replyTo());
            case ChatCommand.Configure configure -> refuse(configure.replyTo());
            case ChatCommand.Send send -> refuse(send.replyTo());
            case ChatCommand.Preview preview -> refuse(preview.replyTo());
            case ChatCommand.RetryDeadLetter retry -> refuse(retry.replyTo());
            case ChatCommand.RetryDeadLetters retry -> refuse(retry.replyTo());
            case ChatCommand.DropDeadLetter drop -> refuse(drop.replyTo());
            case ChatCommand.Erase erase -> refuse(erase.replyTo());
            case ChatStep.KeyErased erased -> refuse(erased.replyTo());
            case ChatCommand.SessionStopped stopped -> {}
            case ChatCommand.Wake wake -> {}
            case ChatCommand.Internal internal -> {}
        }
    }

    private static <T> void refuse(ActorRef<StatusReply<T>> replyTo) {
        replyTo.tell(StatusReply.error(ChatCommand.FAULT));
    }

    /**
     * How often in a row a chat has failed by a step of its activity in a way that it could not see itself, as when what is stored is
     * refused by the journal. It outlives the chat's restarts.
     */
    static final class Crashes {
        private static final int TOO_MANY = 2;

        private @Nullable ChatCommand last;
        private @Nullable Defect defect;
        private int inARow;

        void begins(ChatCommand command) {
            last = command;
        }

        void failed(Defect with) {
            if (last != null && isOfActivity(last)) {
                inARow++;
                defect = with;
            }
        }

        void stored() {
            inARow = 0;
        }

        /** Gives why what comes next is not to be tried once more, or null. */
        @Nullable
        Defect whyNot() {
            return inARow >= TOO_MANY ? defect : null;
        }
    }
}
