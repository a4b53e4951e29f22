package io.vibee.session;

import io.vibee.cluster.Defect;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.Acceptance;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;

/**
 * What a session says to whoever's command its own code failed at. The same command would fail again, and others wait behind it: an
 * update that it can neither route nor keep is let go, a text that it can't send is refused for good.
 */
final class Faults {

    private Faults() {}

    /**
     * Whether the fault is one command's. If not, the session begins again: what it lives by failed.
     */
    static boolean isOfOneCommand(SessionCommand command) {
        return switch (command) {
            case SessionStep.KeyReady ready -> false;
            case SessionStep.KeyUnavailable unavailable -> false;
            case SessionStep.LoadKey load -> false;
            case SessionStep.OwnerFound owner -> false;
            case SessionStep.Stop stop -> false;
            case SessionStep.EffectFailed failed ->
                !(failed.effect() instanceof SessionEffect.BeginPolling)
                        && !(failed.effect() instanceof SessionEffect.BeginWebhook);
            default -> true;
        };
    }

    /** Answers a command's asker. */
    static void refuse(SessionTurn turn, SessionCommand command, Defect defect) {
        switch (command) {
            case SessionCommand.Connect connect -> refuse(turn, connect.replyTo());
            case SessionCommand.ReplaceToken replace -> refuse(turn, replace.replyTo());
            case SessionCommand.GetToken get -> refuse(turn, get.replyTo());
            case SessionCommand.GetSession get -> refuse(turn, get.replyTo());
            case SessionCommand.Pause pause -> refuse(turn, pause.replyTo());
            case SessionCommand.Resume resume -> refuse(turn, resume.replyTo());
            case SessionCommand.ChangeReview change -> refuse(turn, change.replyTo());
            case SessionCommand.ChangeDefaultMode change -> refuse(turn, change.replyTo());
            case SessionCommand.ChangeDelivery change -> refuse(turn, change.replyTo());
            case SessionCommand.Disconnect disconnect -> refuse(turn, disconnect.replyTo());
            // As a poll would confirm it: it would come again, and nothing behind it.
            case SessionCommand.TakeIn taken -> turn.reply(taken.replyTo(), Acceptance.KEPT);
            case SessionCommand.TakeInMigration taken -> turn.reply(taken.replyTo(), Acceptance.KEPT);
            case SessionCommand.Deliver deliver -> turn.reply(deliver.replyTo(), neverSent(defect));
            case SessionStep.SendAnswered answered -> {
                Long messageId = answered.messageId();
                turn.reply(
                        answered.deliver().replyTo(),
                        messageId == null
                                ? new DeliveryOutcome.Unknown("a defect: " + defect.kindAndPlace())
                                : new DeliveryOutcome.Sent(messageId));
            }
            case SessionStep.Park park -> turn.reply(park.replyTo(), true);
            case SessionStep.Migrated migrated -> turn.reply(migrated.replyTo(), true);
            default -> {}
        }
    }

    /** The outcome for a text that nothing was done with. */
    static DeliveryOutcome neverSent(Defect defect) {
        return new DeliveryOutcome.RefusedByTelegram(0, "a defect: " + defect.kindAndPlace(), -1);
    }

    private static <T> void refuse(SessionTurn turn, ActorRef<StatusReply<T>> replyTo) {
        turn.reply(replyTo, Refusal.FAULT.reply());
    }
}
