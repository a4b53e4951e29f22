package io.vibee.session;

import io.vibee.cluster.EntityType;
import io.vibee.cluster.ForeseenStates;
import io.vibee.cluster.JournaledEntity;
import io.vibee.cluster.NodeParts;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionEvent;
import io.vibee.protocol.session.SessionState;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EffectBuilder;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;

/**
 * One Telegram connection of a user, as an actor: the only poller and the only sender of its token. {@link SessionMachine} decides, here
 * the events are stored, then {@link SessionPeers} does the effects.
 */
public final class Session extends JournaledEntity<SessionCommand, SessionEvent, SessionState> {

    public static final EntityTypeKey<SessionCommand> TYPE_KEY =
            EntityTypeKey.create(SessionCommand.class, EntityType.SESSION.typeName());

    private final SessionMachine machine;
    private final SessionPeers peers;
    private final SessionMeter meter;
    private final ForeseenStates<SessionEvent, SessionState> foreseen = new ForeseenStates<>(SessionHistory::apply);

    public static Behavior<SessionCommand> create(
            String sessionId, ActorRef<ClusterSharding.ShardCommand> shard, SessionDependencies dependencies) {
        return NodeParts.supervised(
                "session",
                sessionId,
                Behaviors.setup(context -> Behaviors.withMdc(
                        SessionCommand.class,
                        Map.of("session_id", sessionId),
                        Behaviors.withTimers(timers -> new Session(sessionId, shard, dependencies, context, timers)))));
    }

    /** Asks a session to stop: at once, or when what it is sending has an outcome. */
    public static SessionCommand stopMessage() {
        return SessionStep.Stop.NOW;
    }

    private Session(
            String sessionId,
            ActorRef<ClusterSharding.ShardCommand> shard,
            SessionDependencies dependencies,
            ActorContext<SessionCommand> context,
            TimerScheduler<SessionCommand> timers) {
        super(EntityType.SESSION.persistenceId(sessionId));
        SessionRules rules = new SessionRules(
                sessionId,
                UUID.randomUUID().toString(),
                dependencies.sendsPerSecond(),
                dependencies.clock(),
                () -> !dependencies.pollingGate().closed(),
                () -> ThreadLocalRandom.current().nextDouble());
        this.machine = new SessionMachine(rules);
        this.peers = new SessionPeers(rules, context, timers, shard, dependencies);
        this.meter = new SessionMeter(dependencies.metrics());
    }

    @Override
    public SessionState emptyState() {
        return SessionState.NEW;
    }

    @Override
    public EventHandler<SessionState, SessionEvent> eventHandler() {
        return foreseen::apply;
    }

    @Override
    public SignalHandler<SessionState> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.class, (state, signal) -> recovered(state))
                .onSignal(PostStop.class, (state, signal) -> meter.gone())
                .onSignal(PreRestart.class, (state, signal) -> meter.gone())
                .build();
    }

    /** Also after a write that failed, when this same object starts again. */
    private void recovered(SessionState state) {
        foreseen.forget();
        peers.begunAnew();
        done(machine.recovered(state), state);
    }

    @Override
    public CommandHandler<SessionCommand, SessionEvent, SessionState> commandHandler() {
        return this::onCommand;
    }

    private Effect<SessionEvent, SessionState> onCommand(SessionState state, SessionCommand command) {
        SessionDecision decision = machine.step(state, command);
        foreseen.expect(decision.events(), decision.states());
        EffectBuilder<SessionEvent, SessionState> stored =
                decision.events().isEmpty() ? Effect().none() : Effect().persist(decision.events());
        EffectBuilder<SessionEvent, SessionState> done = stored.thenRun(after -> done(decision, after));
        return decision.stop() ? done.thenStop() : done;
    }

    private void done(SessionDecision decision, SessionState after) {
        meter.show(machine.status(), after.parked().size());
        decision.effects().forEach(peers::run);
    }
}
