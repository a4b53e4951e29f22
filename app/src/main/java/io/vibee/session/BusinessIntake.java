package io.vibee.session;

import io.vibee.cluster.NodeParts;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.Acceptance;
import io.vibee.recovery.Backlog;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Takes in what the operator's session brings of a person's chats, and answers when the chat has stored it or the session has parked it,
 * which is left to {@link UpdateDispatch}. A child of the person's session.
 */
final class BusinessIntake extends AbstractBehavior<WebhookCommand> {

    /** The operator's session brings one of a person at a time; more are only there when it gave one up and brought it again. */
    private static final int MOST_AT_HAND = 16;

    private final String sessionId;
    private final PollingGate pollingGate;
    private final Backlog backlog;
    private final UpdateDispatch dispatch;
    private int atHand;
    private boolean closed;

    /**
     * @param terms the session's terms of now, asked for by the intake's own thread: also when it begins again after a fault, which is
     *     when it has lost all that it was told
     */
    static Behavior<WebhookCommand> create(
            String sessionId,
            ActorRef<SessionCommand> session,
            SessionDependencies dependencies,
            Supplier<IntakeCommand.Terms> terms) {
        return NodeParts.supervised(
                "business",
                sessionId,
                Behaviors.setup(context -> Behaviors.withMdc(
                        WebhookCommand.class,
                        Map.of("session_id", sessionId),
                        Behaviors.withTimers(
                                timers -> new BusinessIntake(context, timers, session, dependencies, terms.get())))));
    }

    private BusinessIntake(
            ActorContext<WebhookCommand> context,
            TimerScheduler<WebhookCommand> timers,
            ActorRef<SessionCommand> session,
            SessionDependencies dependencies,
            IntakeCommand.Terms terms) {
        super(context);
        this.sessionId = terms.carrier().sessionId();
        this.pollingGate = dependencies.pollingGate();
        this.backlog = dependencies.backlog();
        this.dispatch = new UpdateDispatch(context, timers, session, dependencies, terms);
        pollingGate.begin(context.getSelf().narrow());
    }

    @Override
    public Receive<WebhookCommand> createReceive() {
        return newReceiveBuilder()
                .onMessage(WebhookCommand.class, this::onCommand)
                .onSignal(PostStop.class, signal -> end())
                .onSignal(PreRestart.class, signal -> end())
                .build();
    }

    private Behavior<WebhookCommand> onCommand(WebhookCommand command) {
        switch (command) {
            case IntakeCommand.Terms changed -> dispatch.change(changed);
            case IntakeCommand.Close now -> closed = true;
            case IntakeCommand.HandoverStep step -> dispatch.on(step);
            case WebhookCommand.Post brought -> take(brought);
            // There is no webhook.
            case WebhookCommand.WebhookStep none -> {}
        }
        return closed && dispatch.done() ? Behaviors.stopped() : this;
    }

    private void take(WebhookCommand.Post brought) {
        if (closed || atHand == MOST_AT_HAND || backlog.isFull(sessionId)) {
            brought.replyTo().tell(Acceptance.LATER);
            return;
        }
        atHand++;
        dispatch.take(brought.route(), () -> {
            atHand--;
            brought.replyTo().tell(Acceptance.KEPT);
        });
    }

    private Behavior<WebhookCommand> end() {
        pollingGate.end(getContext().getSelf().narrow());
        return this;
    }
}
