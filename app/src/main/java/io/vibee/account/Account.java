package io.vibee.account;

import io.vibee.cluster.Defect;
import io.vibee.cluster.EntityType;
import io.vibee.cluster.JournaledEntity;
import io.vibee.cluster.NodeParts;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.AccountEvent;
import io.vibee.protocol.account.AccountState;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One user, as an actor: the settings, and the daily quota of model calls and tokens (see {@link Quota}), exact whatever happens.
 * {@link AccountMachine} decides; here the events are stored and the effects done.
 */
public final class Account extends JournaledEntity<AccountCommand, AccountEvent, AccountState> {

    public static final EntityTypeKey<AccountCommand> TYPE_KEY =
            EntityTypeKey.create(AccountCommand.class, EntityType.ACCOUNT.typeName());

    private static final Logger LOG = LoggerFactory.getLogger(Account.class);
    private static final Duration IDLE = Duration.ofMinutes(5);

    private final String userId;
    private final ActorRef<ClusterSharding.ShardCommand> shard;
    private final AccountDependencies dependencies;
    private final ActorContext<AccountCommand> context;
    private final TimerScheduler<AccountCommand> timers;
    private final AccountMachine machine;

    public static Behavior<AccountCommand> create(
            String userId, ActorRef<ClusterSharding.ShardCommand> shard, AccountDependencies dependencies) {
        // Granted calls that are not settled yet outlive a fault, so that the quota stays exact.
        Quota quota = new Quota(dependencies.limits());
        return NodeParts.supervised(
                "account",
                userId,
                Behaviors.setup(context -> Behaviors.withTimers(
                        timers -> new Account(userId, shard, dependencies, context, timers, quota))));
    }

    /** Asks an account to stop, once it has nothing to store. */
    public static AccountCommand stopMessage() {
        return AccountStep.Stop.NOW;
    }

    private Account(
            String userId,
            ActorRef<ClusterSharding.ShardCommand> shard,
            AccountDependencies dependencies,
            ActorContext<AccountCommand> context,
            TimerScheduler<AccountCommand> timers,
            Quota quota) {
        super(EntityType.ACCOUNT.persistenceId(userId));
        this.userId = userId;
        this.shard = shard;
        this.dependencies = dependencies;
        this.context = context;
        this.timers = timers;
        this.machine = new AccountMachine(userId, quota, dependencies.clock());
        context.setReceiveTimeout(IDLE, AccountStep.Idle.NOW);
    }

    @Override
    public AccountState emptyState() {
        return AccountState.NEW;
    }

    @Override
    public EventHandler<AccountState, AccountEvent> eventHandler() {
        return AccountHistory::apply;
    }

    /** Also after a write that failed, when this same object starts again. */
    @Override
    public SignalHandler<AccountState> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.class, (state, signal) -> run(machine.recovered(), state))
                .build();
    }

    @Override
    public CommandHandler<AccountCommand, AccountEvent, AccountState> commandHandler() {
        return this::onCommand;
    }

    private Effect<AccountEvent, AccountState> onCommand(AccountState state, AccountCommand command) {
        AccountDecision decision = machine.step(state, command);
        EffectBuilder<AccountEvent, AccountState> stored = decision.events().isEmpty()
                ? Effect().none()
                : Effect().persist(decision.events()).thenRun(after -> machine.stored(decision.events()));
        EffectBuilder<AccountEvent, AccountState> done = stored.thenRun(after -> run(decision, after));
        return then(done, decision.then(), () -> run(decision, state));
    }

    private void run(AccountDecision decision, AccountState after) {
        decision.effects().forEach(effect -> run(effect, after));
    }

    private void run(AccountEffect effect, AccountState after) {
        switch (effect) {
            case AccountEffect.Reply<?> reply -> reply.send();
            case AccountEffect.TakeFromBlock take -> run(machine.take(after, take.grant()), after);
            case AccountEffect.LoadKey load ->
                context.pipeToSelf(
                        dependencies.keys().obtain(userId, "account"),
                        (found, failure) -> found == null
                                ? new AccountStep.KeyUnavailable(failure)
                                : new AccountStep.KeyReady(found));
            case AccountEffect.FlushAfter flush -> {
                if (flush.anew() || !timers.isTimerActive(AccountStep.Flush.NOW)) {
                    timers.startSingleTimer(AccountStep.Flush.NOW, AccountStep.Flush.NOW, flush.delay());
                }
            }
            case AccountEffect.Tell tell -> context.getSelf().tell(tell.step());
            case AccountEffect.Passivate passivate -> shard.tell(new ClusterSharding.Passivate<>(context.getSelf()));
            case AccountEffect.Report report -> report(report.defect());
        }
    }

    private void report(Defect defect) {
        LOG.error("a defect in account {}: {}", userId, defect.kindAndPlace(), defect);
    }
}
