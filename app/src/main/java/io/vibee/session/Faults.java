package io.vibee.session;

import io.vibee.cluster.Defect;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.Refusal;
import io.vibee.protocol.session.SessionView;
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
            default -> true;
        };
    }

    /** Answers a command's asker. */
    static void refuse(SessionCommand command, Defect defect) {
        switch (command) {
            case SessionCommand.Connect connect -> refuse(connect.replyTo());
            case SessionCommand.ReplaceToken replace -> refuse(replace.replyTo());
            case SessionCommand.GetSession get -> refuse(get.replyTo());
            case SessionCommand.Pause pause -> refuse(pause.replyTo());
            case SessionCommand.Resume resume -> refuse(resume.replyTo());
            case SessionCommand.ChangeDefaultMode change -> refuse(change.replyTo());
            case SessionCommand.Disconnect disconnect -> disconnect.replyTo().tell(StatusReply.error(Refusal.FAULT));
            // Nothing went out: the send is the last thing that is done with it.
            case SessionCommand.Deliver deliver ->
                deliver.replyTo()
                        .tell(new DeliveryOutcome.RefusedByTelegram(0, "a defect: " + defect.kindAndPlace(), -1));
            case SessionStep.SendAnswered answered -> {
                Long messageId = answered.messageId();
                answered.deliver()
                        .replyTo()
                        .tell(
                                messageId == null
                                        ? new DeliveryOutcome.Unknown("a defect: " + defect.kindAndPlace())
                                        : new DeliveryOutcome.Sent(messageId));
            }
            case SessionStep.Park park -> park.replyTo().tell(true);
            case SessionStep.Migrated migrated -> migrated.replyTo().tell(true);
            default -> {}
        }
    }

    private static void refuse(ActorRef<StatusReply<SessionView>> replyTo) {
        replyTo.tell(StatusReply.error(Refusal.FAULT));
    }
}
