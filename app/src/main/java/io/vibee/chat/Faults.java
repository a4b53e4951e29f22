package io.vibee.chat;

import io.vibee.cluster.Defect;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatEvent.DeadLettered;
import io.vibee.protocol.chat.ChatState.Outgoing;
import io.vibee.protocol.chat.ChatState.Pending;
import io.vibee.protocol.chat.ChatState.Step;
import io.vibee.protocol.session.SessionCommand.PermitReply;
import io.vibee.protocol.stored.EventHead;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of what a chat was doing when its own code failed. The same step would fail again, so what it was about becomes a dead
 * letter, and the chat goes on with what follows. Whoever asked something is refused, and what was granted is settled or given back.
 */
final class Faults {

    private final ModelCalls calls;
    private final CallSteps callSteps;

    Faults(ModelCalls calls, CallSteps callSteps) {
        this.calls = calls;
        this.callSteps = callSteps;
    }

    /** The cause of a dead letter: never a word of the text. */
    static String cause(Defect defect) {
        return "a defect: " + defect.kindAndPlace();
    }

    /** A command could not be decided on. */
    void at(Turn turn, ChatCommand command, Defect defect) {
        refuse(turn, command);
        if (!(command instanceof ChatStep step)) {
            return;
        }
        switch (step) {
            case ChatStep.GrantAnswered answered -> {
                if (answered.reply() instanceof GrantReply.Granted) {
                    turn.giveBack(answered.callId());
                }
                fail(turn, answered.callId(), defect);
            }
            case ChatStep.Recalled recalled -> {
                turn.giveBack(recalled.callId());
                fail(turn, recalled.callId(), defect);
            }
            case ChatStep.Composed composed -> {
                calls.settle(turn, composed.callId(), composed.outcome());
                fail(turn, composed.callId(), defect);
            }
            case ChatStep.PermitAnswered answered -> {
                if (answered.reply() instanceof PermitReply.Granted granted) {
                    turn.release(granted);
                }
                giveUpAwaiting(turn, defect);
            }
            case ChatStep.PermitOverdue overdue -> giveUpAwaiting(turn, defect);
            case ChatStep.DeliveryAnswered answered ->
                Activity.Delivering.under(answered.permitId(), turn.activity()).ifPresent(delivering -> {
                    turn.end();
                    turn.state()
                            .outgoing(delivering.draftId())
                            .ifPresent(out -> turn.store(letter(out, defect, turn.head())));
                });
            default -> {}
        }
    }

    /** An effect could not be done. */
    void ofEffect(Turn turn, ChatEffect effect, Defect defect) {
        switch (effect) {
            case ChatEffect.AskLeave ask -> fail(turn, ask.callId(), defect);
            case ChatEffect.Search search -> {
                turn.giveBack(search.callId());
                fail(turn, search.callId(), defect);
            }
            case ChatEffect.Compose compose -> {
                turn.giveBack(compose.request().messageId());
                fail(turn, compose.request().messageId(), defect);
            }
            case ChatEffect.RequestPermit request -> giveUpAwaiting(turn, defect);
            case ChatEffect.Deliver deliver -> Outbox.neverSent(turn, deliver.permitId(), cause(defect));
            case ChatEffect.EraseKey erase -> turn.refuse(erase.replyTo(), Refusal.FAULT);
            case ChatEffect.LoadKey load -> turn.run(new ChatEffect.Tell(new ChatStep.KeyUnavailable(false)));
            case ChatEffect.ObtainKey obtain -> turn.run(new ChatEffect.Tell(new ChatStep.KeyUnavailable(false)));
            default -> {}
        }
    }

    private void fail(Turn turn, String callId, Defect defect) {
        turn.memory()
                .call(callId)
                .ifPresent(call -> callSteps.ended(turn, call, new ModelCall.End.Failed(cause(defect))));
    }

    /** What waits for a permit is sent no more. */
    private static void giveUpAwaiting(Turn turn, Defect defect) {
        if (!(turn.activity() instanceof Activity.AwaitingPermit awaiting)) {
            return;
        }
        turn.end();
        Activity.Draft draft = awaiting.draft();
        if (draft == null) {
            giveUpNext(turn, defect);
        } else {
            turn.state()
                    .pending(draft.inReplyTo())
                    .ifPresent(pending -> turn.store(letter(pending, defect, turn.head())));
        }
    }

    /** What is next could not be decided on. It is found in the order of {@link Work}, which may be what fails. */
    static void giveUpNext(Turn turn, Defect defect) {
        Optional<Outgoing> started = turn.state().outbox().stream()
                .filter(out -> out.step() == Step.STARTED)
                .findFirst();
        Optional<Outgoing> first =
                started.or(() -> turn.state().outbox().stream().findFirst());
        Optional<ChatEvent> letter = first.map(out -> letter(out, defect, turn.head()))
                .or(() -> turn.state().pending().stream()
                        .findFirst()
                        .map(pending -> letter(pending, defect, turn.head())));
        letter.ifPresentOrElse(turn::store, () -> Summaries.later(turn));
    }

    private static ChatEvent letter(Outgoing out, Defect defect, EventHead head) {
        return new DeadLettered(head, out.inReplyTo(), out.draftId(), cause(defect), out.attempts());
    }

    private static ChatEvent letter(Pending pending, Defect defect, EventHead head) {
        return new DeadLettered(head, pending.messageId(), null, cause(defect), 0);
    }

    /** Whether a step belongs to the one thing that a chat does, so that its failure says something about that. */
    private static boolean isOfActivity(ChatCommand command) {
        return switch (command) {
            case ChatStep.Proceed proceed -> true;
            case ChatStep.GrantAnswered answered -> true;
            case ChatStep.Recalled recalled -> true;
            case ChatStep.Composed composed -> true;
            case ChatStep.PermitAnswered answered -> true;
            case ChatStep.PermitOverdue overdue -> true;
            case ChatStep.DeliveryAnswered answered -> true;
            default -> false;
        };
    }

    /** Tells who asked that it could not be done. Whoever brought an update keeps it. */
    private static void refuse(Turn turn, ChatCommand command) {
        switch (command) {
            case ChatCommand.Receive receive -> refuse(turn, receive.replyTo());
            case ChatCommand.ChangeTelegramChat change -> refuse(turn, change.replyTo());
            case ChatCommand.GetChat get -> refuse(turn, get.replyTo());
            case ChatCommand.Configure configure -> refuse(turn, configure.replyTo());
            case ChatCommand.DecideOnContact decide -> refuse(turn, decide.replyTo());
            case ChatCommand.ChangeMode change -> refuse(turn, change.replyTo());
            case ChatCommand.Send send -> refuse(turn, send.replyTo());
            case ChatCommand.Preview preview -> refuse(turn, preview.replyTo());
            case ChatCommand.RetryDeadLetter retry -> refuse(turn, retry.replyTo());
            case ChatCommand.RetryDeadLetters retry -> refuse(turn, retry.replyTo());
            case ChatCommand.DropDeadLetter drop -> refuse(turn, drop.replyTo());
            case ChatCommand.TakeOver take -> refuse(turn, take.replyTo());
            case ChatCommand.EndTakeover end -> refuse(turn, end.replyTo());
            case ChatCommand.ApproveDraft approve -> refuse(turn, approve.replyTo());
            case ChatCommand.DiscardDraft discard -> refuse(turn, discard.replyTo());
            case ChatCommand.Erase erase -> refuse(turn, erase.replyTo());
            case ChatStep.KeyErased erased -> refuse(turn, erased.replyTo());
            case ChatCommand.SessionStopped stopped -> {}
            case ChatCommand.Wake wake -> {}
            case ChatCommand.Internal internal -> {}
        }
    }

    private static <T> void refuse(Turn turn, ActorRef<StatusReply<T>> replyTo) {
        turn.refuse(replyTo, Refusal.FAULT);
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
