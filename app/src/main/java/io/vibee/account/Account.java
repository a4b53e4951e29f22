package io.vibee.account;

import io.vibee.cluster.Defect;
import io.vibee.cluster.EntityType;
import io.vibee.cluster.NodeParts;
import io.vibee.persistence.keys.DataKey;
import io.vibee.persistence.keys.KeyStore;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.account.AccountEvent;
import io.vibee.protocol.account.AccountSettings;
import io.vibee.protocol.account.AccountState;
import io.vibee.protocol.account.AccountView;
import io.vibee.protocol.account.QuietHours;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.stored.EventHead;
import io.vibee.recovery.JournalTags;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.pattern.StatusReply;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.javadsl.CommandHandlerWithReply;
import org.apache.pekko.persistence.typed.javadsl.EffectBuilder;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehaviorWithEnforcedReplies;
import org.apache.pekko.persistence.typed.javadsl.ReplyEffect;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One user: the settings, and the daily quota of model calls and tokens (see {@link Quota}), exact whatever happens. */
public final class Account extends EventSourcedBehaviorWithEnforcedReplies<AccountCommand, AccountEvent, AccountState> {

    public static final EntityTypeKey<AccountCommand> TYPE_KEY =
            EntityTypeKey.create(AccountCommand.class, EntityType.ACCOUNT.typeName());

    private static final Logger LOG = LoggerFactory.getLogger(Account.class);
    private static final int SNAPSHOT_EVERY = 100;
    private static final Duration IDLE = Duration.ofMinutes(5);
    private static final Duration FLUSH_AFTER = Duration.ofSeconds(2);
    private static final Duration LOOK_AFTER_BLOCKS = Duration.ofMinutes(1);

    /**
     * What the accounts of a node need.
     *
     * @param limits on model calls and their tokens
     */
    public record Dependencies(KeyStore keys, DailyLimits.ByTier limits, InstantSource clock) {}

    private sealed interface Step extends AccountCommand.Internal {}

    private record KeyReady(DataKey key) implements Step {}

    private record KeyUnavailable(Throwable cause) implements Step {}

    /** Whoever waited for the key has been told. The next request looks it up again. */
    private enum KeyRefused implements Step {
        NOW
    }

    private enum Flush implements Step {
        NOW
    }

    private enum Idle implements Step {
        NOW
    }

    /** Asks the account to stop, once it has nothing to store. */
    public enum Stop implements AccountCommand.Internal {
        NOW
    }

    private final String userId;
    private final ActorRef<ClusterSharding.ShardCommand> shard;
    private final Dependencies dependencies;
    private final ActorContext<AccountCommand> context;
    private final TimerScheduler<AccountCommand> timers;
    private final Quota quota;
    private @Nullable DataKey key;
    private boolean keyWanted;
    private boolean keyRefused;

    public static Behavior<AccountCommand> create(
            String userId, ActorRef<ClusterSharding.ShardCommand> shard, Dependencies dependencies) {
        // Granted calls that are not settled yet outlive a fault, so that the quota stays exact.
        Quota quota = new Quota(dependencies.limits());
        return NodeParts.supervised(
                "account",
                userId,
                Behaviors.setup(context -> Behaviors.withTimers(
                        timers -> new Account(userId, shard, dependencies, context, timers, quota))));
    }

    private Account(
            String userId,
            ActorRef<ClusterSharding.ShardCommand> shard,
            Dependencies dependencies,
            ActorContext<AccountCommand> context,
            TimerScheduler<AccountCommand> timers,
            Quota quota) {
        super(
                EntityType.ACCOUNT.persistenceId(userId),
                SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(10), 0.2));
        this.userId = userId;
        this.shard = shard;
        this.dependencies = dependencies;
        this.context = context;
        this.timers = timers;
        this.quota = quota;
        context.setReceiveTimeout(IDLE, Idle.NOW);
    }

    @Override
    public AccountState emptyState() {
        return AccountState.NEW;
    }

    @Override
    public EventHandler<AccountState, AccountEvent> eventHandler() {
        return AccountHistory::apply;
    }

    @Override
    public Set<String> tagsFor(AccountEvent event) {
        return JournalTags.of(event);
    }

    @Override
    public RetentionCriteria retentionCriteria() {
        return RetentionCriteria.snapshotEvery(SNAPSHOT_EVERY, 1);
    }

    @Override
    public SignalHandler<AccountState> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.class, (state, signal) -> {
                    // After a failed write this same object starts again.
                    if (quota.dirty()) {
                        flushAfter(FLUSH_AFTER);
                    }
                })
                .build();
    }

    @Override
    public CommandHandlerWithReply<AccountCommand, AccountEvent, AccountState> commandHandler() {
        return this::onCommand;
    }

    /** When the account's own code fails, it refuses whoever asks. When a message of its own fails, it restarts. */
    private ReplyEffect<AccountEvent, AccountState> onCommand(AccountState state, AccountCommand command) {
        try {
            return decide(state, command);
        } catch (RuntimeException | Error failure) {
            if (Defect.isFatal(failure) || command instanceof AccountCommand.Internal) {
                throw failure;
            }
            Defect defect = Defect.of(failure);
            LOG.error("a defect in account {}: {}", userId, defect.kindAndPlace(), defect);
            refuse(command);
            return Effect().noReply();
        }
    }

    private static void refuse(AccountCommand command) {
        switch (command) {
            case AccountCommand.Open open -> open.replyTo().tell(Refusal.FAULT.reply());
            case AccountCommand.ChangeTier change -> change.replyTo().tell(Refusal.FAULT.reply());
            case AccountCommand.GetSettings get -> get.replyTo().tell(Refusal.FAULT.reply());
            case AccountCommand.GetUsage get -> get.replyTo().tell(Refusal.FAULT.reply());
            case AccountCommand.ChangeSettings change -> change.replyTo().tell(Refusal.FAULT.reply());
            case AccountCommand.Erase erase -> erase.replyTo().tell(Refusal.FAULT.reply());
            case AccountCommand.Grant grant -> grant.replyTo().tell(new GrantReply.Unavailable(Refusal.FAULT));
            case AccountCommand.Settle settle -> {}
            case AccountCommand.Internal internal -> {}
        }
    }

    private ReplyEffect<AccountEvent, AccountState> decide(AccountState state, AccountCommand command) {
        return switch (command) {
            case AccountCommand.Open open -> onOpen(state, open);
            case AccountCommand.ChangeTier change -> onChangeTier(state, change);
            case AccountCommand.GetSettings get -> onGetSettings(state, get);
            case AccountCommand.GetUsage get ->
                Effect()
                        .reply(
                                get.replyTo(),
                                state.opened()
                                        ? StatusReply.success(quota.usage(state, now()))
                                        : Refusal.ACCOUNT_NOT_FOUND.reply());
            case AccountCommand.ChangeSettings change -> onChangeSettings(state, change);
            case AccountCommand.Erase erase ->
                state.opened()
                        ? Effect()
                                .persist(new AccountEvent.AccountErased(head()))
                                .thenReply(erase.replyTo(), erased -> StatusReply.ack())
                        : Effect().reply(erase.replyTo(), StatusReply.ack());
            case AccountCommand.Grant grant -> onGrant(state, grant);
            case AccountCommand.Settle settle -> {
                quota.settle(state, settle);
                flushAfter(FLUSH_AFTER);
                yield Effect().noReply();
            }
            case AccountCommand.Internal internal -> onInternal(state, internal);
        };
    }

    private ReplyEffect<AccountEvent, AccountState> onInternal(AccountState state, AccountCommand.Internal internal) {
        if (internal == Stop.NOW) {
            List<AccountEvent> events = quota.flush(state, head());
            return events.isEmpty()
                    ? Effect().stop().thenNoReply()
                    : persist(events).thenStop().thenNoReply();
        }
        return switch ((Step) internal) {
            case KeyReady ready -> {
                key = ready.key();
                yield Effect().noReply().thenUnstashAll();
            }
            case KeyUnavailable unavailable -> {
                LOG.warn(
                        "the account's key can't be had: {}",
                        unavailable.cause().toString());
                keyRefused = true;
                context.getSelf().tell(KeyRefused.NOW);
                yield Effect().noReply().thenUnstashAll();
            }
            case KeyRefused refused -> {
                keyRefused = false;
                keyWanted = false;
                yield Effect().noReply();
            }
            case Flush flush -> {
                List<AccountEvent> events = quota.flush(state, head());
                yield events.isEmpty() ? Effect().noReply() : persist(events).thenNoReply();
            }
            case Idle idle -> {
                if (!quota.dirty()) {
                    shard.tell(new ClusterSharding.Passivate<>(context.getSelf()));
                }
                yield Effect().noReply();
            }
        };
    }

    private ReplyEffect<AccountEvent, AccountState> onOpen(AccountState state, AccountCommand.Open open) {
        return state.opened()
                ? Effect().reply(open.replyTo(), StatusReply.ack())
                : Effect()
                        .persist(new AccountEvent.AccountOpened(head(), open.tier()))
                        .thenReply(open.replyTo(), opened -> StatusReply.ack());
    }

    private ReplyEffect<AccountEvent, AccountState> onChangeTier(AccountState state, AccountCommand.ChangeTier change) {
        if (!state.opened()) {
            return Effect().reply(change.replyTo(), Refusal.ACCOUNT_NOT_FOUND.reply());
        }
        return state.tier().equals(change.tier())
                ? Effect().reply(change.replyTo(), StatusReply.ack())
                : Effect()
                        .persist(new AccountEvent.TierChanged(head(), change.tier()))
                        .thenReply(change.replyTo(), changed -> StatusReply.ack());
    }

    private ReplyEffect<AccountEvent, AccountState> onGetSettings(AccountState state, AccountCommand.GetSettings get) {
        if (!state.opened()) {
            return Effect().reply(get.replyTo(), Refusal.ACCOUNT_NOT_FOUND.reply());
        }
        if (readable(state)) {
            return Effect().reply(get.replyTo(), StatusReply.success(view(state.settings())));
        }
        return keyRefused
                ? Effect().reply(get.replyTo(), Refusal.UNAVAILABLE.reply())
                : Effect().stash();
    }

    private ReplyEffect<AccountEvent, AccountState> onChangeSettings(
            AccountState state, AccountCommand.ChangeSettings change) {
        if (!state.opened()) {
            return Effect().reply(change.replyTo(), Refusal.ACCOUNT_NOT_FOUND.reply());
        }
        DataKey known = key;
        if (known == null) {
            loadKey();
            return keyRefused
                    ? Effect().reply(change.replyTo(), Refusal.UNAVAILABLE.reply())
                    : Effect().stash();
        }
        if (known.erased()) {
            return Effect().reply(change.replyTo(), Refusal.ACCOUNT_NOT_FOUND.reply());
        }
        AccountView wanted = change.settings();
        String persona = wanted.persona();
        AccountSettings settings = new AccountSettings(
                persona == null ? null : known.seal(persona),
                wanted.language(),
                wanted.timezone(),
                wanted.quietHours());
        return Effect()
                .persist(new AccountEvent.SettingsChanged(head(), settings))
                .thenReply(change.replyTo(), changed -> StatusReply.success(view(changed.settings())));
    }

    private ReplyEffect<AccountEvent, AccountState> onGrant(AccountState state, AccountCommand.Grant grant) {
        if (!state.opened()) {
            return Effect().reply(grant.replyTo(), new GrantReply.Unavailable(Refusal.ACCOUNT_NOT_FOUND));
        }
        if (!readable(state)) {
            return keyRefused
                    ? Effect().reply(grant.replyTo(), new GrantReply.Unavailable(Refusal.UNAVAILABLE))
                    : Effect().stash();
        }
        if (quiet(state.settings(), now())) {
            return Effect().reply(grant.replyTo(), new GrantReply.Quiet());
        }
        if (quota.grant(state, grant.key(), now())) {
            return Effect().reply(grant.replyTo(), granted(state));
        }
        // The next block also stores what was settled meanwhile, so that a crash never counts less than was used.
        List<AccountEvent> events = new ArrayList<>(quota.flush(state, head()));
        AccountState after = state;
        for (AccountEvent event : events) {
            after = AccountHistory.apply(after, event);
        }
        var block = quota.reserve(after, head());
        if (block.isEmpty()) {
            Quota.ended(after, head()).ifPresent(events::add);
            GrantReply exhausted = new GrantReply.Exhausted(quota.nextDay(now()));
            return events.isEmpty()
                    ? Effect().reply(grant.replyTo(), exhausted)
                    : persist(events).thenReply(grant.replyTo(), stored -> exhausted);
        }
        events.add(block.get());
        return persist(events)
                .thenRun(stored -> {
                    quota.grant(stored, grant.key(), now());
                    flushAfter(LOOK_AFTER_BLOCKS);
                })
                .thenReply(grant.replyTo(), this::granted);
    }

    /** If the write fails, the next incarnation has the same quota, which must not have forgotten it. */
    private EffectBuilder<AccountEvent, AccountState> persist(List<AccountEvent> events) {
        return Effect().persist(events).thenRun(stored -> quota.stored(events));
    }

    private GrantReply granted(AccountState state) {
        AccountView settings = view(state.settings());
        return new GrantReply.Granted(settings.persona(), settings.language(), DailyLimits.PAID.equals(state.tier()));
    }

    /** Whether the settings can be shown now. If not, it asks for their key. */
    private boolean readable(AccountState state) {
        if (state.settings().persona() == null || key != null) {
            return true;
        }
        loadKey();
        return false;
    }

    private AccountView view(AccountSettings settings) {
        Sealed persona = settings.persona();
        DataKey known = key;
        return new AccountView(
                persona == null || known == null ? null : known.open(persona).orElse(null),
                settings.language(),
                settings.timezone(),
                settings.quietHours());
    }

    private void loadKey() {
        if (!keyWanted) {
            keyWanted = true;
            context.pipeToSelf(
                    dependencies.keys().obtain(userId, "account"),
                    (found, failure) -> found == null ? new KeyUnavailable(failure) : new KeyReady(found));
        }
    }

    private void flushAfter(Duration delay) {
        if (!timers.isTimerActive(Flush.NOW) || delay.compareTo(FLUSH_AFTER) <= 0) {
            timers.startSingleTimer(Flush.NOW, Flush.NOW, delay);
        }
    }

    static boolean quiet(AccountSettings settings, Instant now) {
        QuietHours hours = settings.quietHours();
        if (hours == null) {
            return false;
        }
        LocalTime time = LocalTime.ofInstant(now, zone(settings.timezone()));
        boolean afterStart = !time.isBefore(hours.from());
        boolean beforeEnd = time.isBefore(hours.to());
        return hours.from().isBefore(hours.to()) ? afterStart && beforeEnd : afterStart || beforeEnd;
    }

    /** A zone that this JVM no longer knows must not stop all answers. */
    private static ZoneId zone(String timezone) {
        try {
            return ZoneId.of(timezone);
        } catch (DateTimeException unknown) {
            return ZoneOffset.UTC;
        }
    }

    private EventHead head() {
        return new EventHead(userId, "", false, now());
    }

    private Instant now() {
        return dependencies.clock().instant();
    }
}
