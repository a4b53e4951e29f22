package io.vibee.session;

import io.vibee.chat.ChatIds;
import io.vibee.cluster.Entities;
import io.vibee.metrics.Metrics;
import io.vibee.persistence.keys.DataKey;
import io.vibee.persistence.keys.KeyStore;
import io.vibee.persistence.work.UnfinishedRows;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.Incarnation;
import io.vibee.protocol.session.SessionCommand.Refusal;
import io.vibee.protocol.session.SessionCommand.SlotReply;
import io.vibee.protocol.session.SessionEvent;
import io.vibee.protocol.session.SessionState;
import io.vibee.protocol.session.SessionState.Connection;
import io.vibee.protocol.session.SessionState.Phase;
import io.vibee.protocol.session.SessionView;
import io.vibee.protocol.stored.EventHead;
import io.vibee.telegram.BotToken;
import io.vibee.telegram.TelegramClient;
import io.vibee.telegram.TelegramFailure;
import io.vibee.work.JournalTags;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.pattern.StatusReply;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.javadsl.CommandHandlerWithReply;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehaviorWithEnforcedReplies;
import org.apache.pekko.persistence.typed.javadsl.ReplyEffect;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Telegram connection of a user: the only poller and the only sender of its token. It stores its life and what chats could not
 * store; which permits it gave and what it is doing now it keeps in memory, so a permit of another incarnation is never honoured.
 */
public final class Session extends EventSourcedBehaviorWithEnforcedReplies<SessionCommand, SessionEvent, SessionState> {

    public static final EntityTypeKey<SessionCommand> TYPE_KEY = EntityTypeKey.create(SessionCommand.class, "Session");

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final int SNAPSHOT_EVERY = 100;
    private static final Duration KEY_AGAIN_AFTER = Duration.ofSeconds(1);

    /**
     * What a session of this node works with.
     *
     * @param sendsPerSecond of each bot; 0: no pacing, only what Telegram itself says
     */
    public record Dependencies(
            Entities entities,
            KeyStore keys,
            UnfinishedRows unfinished,
            TelegramClient telegram,
            Metrics metrics,
            int sendsPerSecond,
            InstantSource clock) {}

    private final String sessionId;
    private final ActorRef<ClusterSharding.ShardCommand> shard;
    private final ActorContext<SessionCommand> context;
    private final TimerScheduler<SessionCommand> timers;
    private final String incarnation = UUID.randomUUID().toString();
    private final Sending sending;
    private final Parking parking;
    private final Polling polling;
    private final Neighbours neighbours;
    private final LiveStatus live;
    private final InstantSource clock;

    public static Behavior<SessionCommand> create(
            String sessionId, ActorRef<ClusterSharding.ShardCommand> shard, Dependencies dependencies) {
        return Behaviors.setup(context -> Behaviors.withMdc(
                SessionCommand.class,
                Map.of("session_id", sessionId),
                Behaviors.withTimers(timers -> new Session(sessionId, shard, dependencies, context, timers))));
    }

    /** Asks a session to stop: at once, or when what it is sending has an outcome. */
    public static SessionCommand stopMessage() {
        return SessionStep.Stop.NOW;
    }

    private Session(
            String sessionId,
            ActorRef<ClusterSharding.ShardCommand> shard,
            Dependencies dependencies,
            ActorContext<SessionCommand> context,
            TimerScheduler<SessionCommand> timers) {
        super(
                PersistenceId.of(TYPE_KEY.name(), sessionId),
                SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(10), 0.2));
        this.sessionId = sessionId;
        this.shard = shard;
        this.clock = dependencies.clock();
        this.context = context;
        this.timers = timers;
        this.sending = new Sending(incarnation, context, timers, dependencies);
        this.parking = new Parking(sessionId, context, timers, dependencies);
        this.polling = new Polling(sessionId, context, dependencies);
        this.neighbours = new Neighbours(sessionId, context, dependencies);
        this.live = new LiveStatus(dependencies.metrics());
    }

    @Override
    public SessionState emptyState() {
        return SessionState.NEW;
    }

    @Override
    public EventHandler<SessionState, SessionEvent> eventHandler() {
        return SessionHistory::apply;
    }

    @Override
    public Set<String> tagsFor(SessionEvent event) {
        return JournalTags.of(event);
    }

    @Override
    public RetentionCriteria retentionCriteria() {
        return RetentionCriteria.snapshotEvery(SNAPSHOT_EVERY, 1);
    }

    @Override
    public SignalHandler<SessionState> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.class, (state, signal) -> recovered(state))
                .onSignal(PostStop.class, (state, signal) -> gone())
                .onSignal(PreRestart.class, (state, signal) -> gone())
                .build();
    }

    @Override
    public CommandHandlerWithReply<SessionCommand, SessionEvent, SessionState> commandHandler() {
        return this::onCommand;
    }

    private ReplyEffect<SessionEvent, SessionState> onCommand(SessionState state, SessionCommand command) {
        return switch (command) {
            case SessionCommand.Connect connect -> onConnect(state, connect);
            case SessionCommand.ReplaceToken replace -> onReplaceToken(state, replace);
            case SessionCommand.GetSession get ->
                known(state, get.owner())
                        ? Effect().reply(get.replyTo(), StatusReply.success(view(state)))
                        : unknown(state, get.replyTo());
            case SessionCommand.Pause pause -> onPause(state, pause);
            case SessionCommand.Resume resume -> onResume(state, resume);
            case SessionCommand.ChangeDefaultMode change -> onChangeDefaultMode(state, change);
            case SessionCommand.Disconnect disconnect -> onDisconnect(state, disconnect);
            case SessionCommand.RequestSlot request -> onRequestSlot(state, request);
            case SessionCommand.ReleaseSlot release -> {
                sending.release(release.slotId());
                yield Effect().noReply();
            }
            case SessionCommand.Deliver deliver -> {
                sending.deliver(deliver);
                yield Effect().noReply();
            }
            case SessionCommand.ShowTyping typing -> {
                sending.showTyping(typing);
                yield Effect().noReply();
            }
            case SessionCommand.Identify identify -> Effect().reply(identify.replyTo(), new Incarnation(incarnation));
            case SessionCommand.Wake wake -> Effect().reply(wake.replyTo(), Done.getInstance());
            case SessionCommand.Internal internal -> onStep(state, (SessionStep) internal);
        };
    }

    private ReplyEffect<SessionEvent, SessionState> onStep(SessionState state, SessionStep step) {
        return switch (step) {
            case SessionStep.KeyReady ready -> onKeyReady(state, ready.key());
            case SessionStep.KeyUnavailable unavailable -> {
                LOG.warn(
                        "the session's key can't be had: {}",
                        unavailable.cause().toString());
                timers.startSingleTimer(SessionStep.LoadKey.NOW, KEY_AGAIN_AFTER);
                yield Effect().noReply();
            }
            case SessionStep.LoadKey again -> {
                neighbours.loadKey(state);
                yield Effect().noReply();
            }
            case SessionStep.SendAnswered answered -> onSendAnswered(state, answered);
            case SessionStep.ServeSlots serve -> {
                sending.serve();
                yield Effect().noReply();
            }
            case SessionStep.RetryParked retry -> {
                parking.retry(state);
                yield Effect().noReply();
            }
            case SessionStep.ParkedTried tried -> onParkedTried(state, tried);
            case SessionStep.ToStop stop -> {
                neighbours.tellStopped(stop);
                yield Effect().noReply();
            }
            case SessionStep.Polled polled -> {
                if (state.phase() == Phase.ACTIVE) {
                    live.polled(polled.updates(), now());
                }
                yield Effect().noReply();
            }
            case SessionStep.PollFailed failed -> onPollFailed(state, failed.failure());
            case SessionStep.Park park -> onPark(state, park);
            case SessionStep.Migrated migrated -> onMigrated(state, migrated);
            case SessionStep.OwnerFound owner -> {
                if (owner.incarnation().id().equals(incarnation)) {
                    yield Effect().noReply();
                }
                LOG.warn("another incarnation owns this session: this one stops");
                yield Effect().stop().thenNoReply();
            }
            case SessionStep.Stop stop -> {
                polling.end();
                sending.drain();
                yield sending.idle() ? Effect().stop().thenNoReply() : Effect().noReply();
            }
        };
    }

    // Its life.

    /** Also after a write that failed: this object lives on, its children don't, and the write may be in the journal. */
    private void recovered(SessionState state) {
        live.enter(state.phase());
        parking.count(state);
        parking.lock();
        polling.lost();
        sending.suspend();
        if (sending.draining()) {
            context.getSelf().tell(SessionStep.Stop.NOW);
            return;
        }
        switch (state.phase()) {
            case ACTIVE -> neighbours.loadKey(state);
            case PAUSED -> neighbours.findUnfinished(state, NotAnsweredReason.PAUSED);
            case REVOKED, DISCONNECTED -> neighbours.findUnfinished(state, NotAnsweredReason.DISCONNECTED);
            case NEW -> {}
        }
    }

    /** Not on this node any more, or about to begin anew. */
    private void gone() {
        live.gone();
        parking.gone();
    }

    private ReplyEffect<SessionEvent, SessionState> onConnect(SessionState state, SessionCommand.Connect connect) {
        Connection connection = state.connection();
        if (connection != null) {
            boolean same = state.phase() != Phase.DISCONNECTED
                    && connection.owner().equals(connect.owner())
                    && connection.bot().id() == connect.bot().id();
            return same
                    ? Effect().reply(connect.replyTo(), StatusReply.success(view(state)))
                    : Effect().reply(connect.replyTo(), StatusReply.error(Refusal.NOT_FOUND));
        }
        EventHead head = new EventHead(connect.owner(), sessionId, false, now());
        return Effect()
                .persist(new SessionEvent.SessionConnected(
                        head,
                        connect.kind(),
                        connect.bot(),
                        connect.token(),
                        connect.defaultMode(),
                        connect.delivery()))
                .thenRun(this::activate)
                .thenReply(connect.replyTo(), after -> StatusReply.success(view(after)));
    }

    private ReplyEffect<SessionEvent, SessionState> onReplaceToken(
            SessionState state, SessionCommand.ReplaceToken replace) {
        if (!known(state, replace.owner())) {
            return unknown(state, replace.replyTo());
        }
        if (state.phase() != Phase.REVOKED) {
            return Effect().reply(replace.replyTo(), StatusReply.error(Refusal.NOT_REVOKED));
        }
        return Effect()
                .persist(new SessionEvent.TokenReplaced(head(state), replace.bot(), replace.token()))
                .thenRun(this::activate)
                .thenReply(replace.replyTo(), after -> StatusReply.success(view(after)));
    }

    private ReplyEffect<SessionEvent, SessionState> onPause(SessionState state, SessionCommand.Pause pause) {
        if (!known(state, pause.owner())) {
            return unknown(state, pause.replyTo());
        }
        if (state.phase() != Phase.ACTIVE) {
            return state.phase() == Phase.PAUSED
                    ? Effect().reply(pause.replyTo(), StatusReply.success(view(state)))
                    : Effect().reply(pause.replyTo(), StatusReply.error(Refusal.REVOKED));
        }
        return Effect()
                .persist(new SessionEvent.SessionPaused(head(state)))
                .thenRun(after -> deactivate(after, NotAnsweredReason.PAUSED))
                .thenReply(pause.replyTo(), after -> StatusReply.success(view(after)));
    }

    private ReplyEffect<SessionEvent, SessionState> onResume(SessionState state, SessionCommand.Resume resume) {
        if (!known(state, resume.owner())) {
            return unknown(state, resume.replyTo());
        }
        if (state.phase() != Phase.PAUSED) {
            return state.phase() == Phase.ACTIVE
                    ? Effect().reply(resume.replyTo(), StatusReply.success(view(state)))
                    : Effect().reply(resume.replyTo(), StatusReply.error(Refusal.REVOKED));
        }
        return Effect()
                .persist(new SessionEvent.SessionResumed(head(state)))
                .thenRun(this::activate)
                .thenReply(resume.replyTo(), after -> StatusReply.success(view(after)));
    }

    private ReplyEffect<SessionEvent, SessionState> onChangeDefaultMode(
            SessionState state, SessionCommand.ChangeDefaultMode change) {
        if (!known(state, change.owner())) {
            return unknown(state, change.replyTo());
        }
        return Effect()
                .persist(new SessionEvent.DefaultModeChanged(head(state), change.defaultMode()))
                .thenRun(polling::tell)
                .thenReply(change.replyTo(), after -> StatusReply.success(view(after)));
    }

    private ReplyEffect<SessionEvent, SessionState> onDisconnect(
            SessionState state, SessionCommand.Disconnect disconnect) {
        if (!known(state, disconnect.owner())) {
            return unknown(state, disconnect.replyTo());
        }
        return Effect()
                .persist(new SessionEvent.SessionDisconnected(head(state).withOpen(false)))
                .thenRun(after -> {
                    parking.count(after);
                    deactivate(after, NotAnsweredReason.DISCONNECTED);
                    passivate();
                })
                .thenReply(disconnect.replyTo(), after -> StatusReply.ack());
    }

    private void activate(SessionState state) {
        live.enter(state.phase());
        parking.lock();
        sending.suspend();
        neighbours.loadKey(state);
    }

    private void deactivate(SessionState state, NotAnsweredReason reason) {
        live.enter(state.phase());
        polling.end();
        sending.end(state.phase());
        neighbours.findUnfinished(state, reason);
    }

    private ReplyEffect<SessionEvent, SessionState> onKeyReady(SessionState state, DataKey found) {
        Connection connection = state.connection();
        if (sending.draining() || state.phase() != Phase.ACTIVE || connection == null) {
            return Effect().noReply();
        }
        parking.unlock(found);
        var opened = found.open(connection.token());
        if (opened.isEmpty()) {
            LOG.warn("the session's key was erased: its token can't be read");
            return revoke(state);
        }
        BotToken token = BotToken.of(opened.get());
        polling.begin(state, token);
        parking.retry(state);
        sending.begin(token);
        return Effect().noReply();
    }

    private ReplyEffect<SessionEvent, SessionState> revoke(SessionState state) {
        if (state.phase() != Phase.ACTIVE) {
            return Effect().noReply();
        }
        return Effect()
                .persist(new SessionEvent.SessionRevoked(head(state)))
                .thenRun(after -> {
                    LOG.info("Telegram refused the token: the session is revoked");
                    deactivate(after, NotAnsweredReason.DISCONNECTED);
                })
                .thenNoReply();
    }

    // Polling.

    private ReplyEffect<SessionEvent, SessionState> onPollFailed(SessionState state, TelegramFailure failure) {
        if (state.phase() != Phase.ACTIVE) {
            return Effect().noReply();
        }
        if (failure instanceof TelegramFailure.Unauthorized) {
            return revoke(state);
        }
        if (failure instanceof TelegramFailure.Conflict) {
            live.conflict(failure.summary());
            neighbours.findOwner(new Incarnation(incarnation));
        } else {
            live.backingOff(failure.summary());
        }
        LOG.warn("polling failed: {}", failure.summary());
        return Effect().noReply();
    }

    // What a chat could not store.

    private ReplyEffect<SessionEvent, SessionState> onPark(SessionState state, SessionStep.Park park) {
        Optional<Sealed> update = parking.seal(state, park.routed());
        if (update.isEmpty()) {
            return Effect().reply(park.replyTo(), false);
        }
        return Effect()
                .persist(new SessionEvent.UpdateParked(
                        head(state).withOpen(true), state.lastParkedId() + 1, park.chatId(), update.get()))
                .thenRun(after -> {
                    parking.parked(after);
                    polling.tell(after);
                })
                .thenReply(park.replyTo(), after -> true);
    }

    private ReplyEffect<SessionEvent, SessionState> onParkedTried(SessionState state, SessionStep.ParkedTried tried) {
        boolean held = state.parked().stream().anyMatch(parked -> parked.parkedId() == tried.parkedId());
        if (!held) {
            return Effect().noReply();
        }
        if (!tried.stored()) {
            parking.notStored();
            return Effect().noReply();
        }
        return Effect()
                .persist(new SessionEvent.ParkedUpdateStored(
                        head(state).withOpen(state.parked().size() > 1), tried.parkedId()))
                .thenRun(after -> {
                    parking.stored(after);
                    polling.tell(after);
                })
                .thenNoReply();
    }

    // Sending.

    private ReplyEffect<SessionEvent, SessionState> onRequestSlot(
            SessionState state, SessionCommand.RequestSlot request) {
        if (state.phase() != Phase.ACTIVE) {
            request.replyTo().tell(new SlotReply.Refused(state.phase()));
            if (state.phase() == Phase.NEW || state.phase() == Phase.DISCONNECTED) {
                passivate();
            }
            return Effect().noReply();
        }
        sending.request(request);
        return Effect().noReply();
    }

    private ReplyEffect<SessionEvent, SessionState> onSendAnswered(
            SessionState state, SessionStep.SendAnswered answered) {
        SessionCommand.Deliver deliver = answered.deliver();
        DeliveryOutcome outcome = sending.answered(answered);
        if (answered.failure() instanceof TelegramFailure.Unauthorized) {
            deliver.replyTo().tell(outcome);
            return revoke(state);
        }
        if (outcome instanceof DeliveryOutcome.Migrated migrated) {
            return Effect()
                    .persist(new SessionEvent.ChatMigrated(
                            head(state),
                            deliver.chatId(),
                            deliver.message().telegramChatId(),
                            migrated.toTelegramChatId()))
                    .thenRun(polling::tell)
                    .thenReply(deliver.replyTo(), after -> outcome);
        }
        return Effect().reply(deliver.replyTo(), outcome);
    }

    private ReplyEffect<SessionEvent, SessionState> onMigrated(SessionState state, SessionStep.Migrated migrated) {
        if (state.migrated().containsKey(migrated.toTelegramChatId())) {
            return Effect().reply(migrated.replyTo(), true);
        }
        String earlier = state.migrated().get(migrated.fromTelegramChatId());
        String chatId = earlier != null ? earlier : ChatIds.of(sessionId, migrated.fromTelegramChatId());
        var moved = new SessionEvent.ChatMigrated(
                head(state), chatId, migrated.fromTelegramChatId(), migrated.toTelegramChatId());
        return Effect()
                .persist(moved)
                .thenRun(after -> {
                    polling.tell(after);
                    neighbours.tellMigrated(moved);
                })
                .thenReply(migrated.replyTo(), after -> true);
    }

    // What all of these need.

    private <T> ReplyEffect<SessionEvent, SessionState> unknown(SessionState state, ActorRef<StatusReply<T>> replyTo) {
        if (state.phase() == Phase.NEW || state.phase() == Phase.DISCONNECTED) {
            passivate();
        }
        return Effect().reply(replyTo, StatusReply.error(Refusal.NOT_FOUND));
    }

    /** Sharding forgets a remembered entity that asks for this. */
    private void passivate() {
        shard.tell(new ClusterSharding.Passivate<>(context.getSelf()));
    }

    private SessionView view(SessionState state) {
        return Views.of(sessionId, state, live);
    }

    private EventHead head(SessionState state) {
        Connection connection = Objects.requireNonNull(state.connection(), "only a connected session stores more");
        return new EventHead(connection.owner(), sessionId, !state.parked().isEmpty(), now());
    }

    private static boolean known(SessionState state, String owner) {
        Connection connection = state.connection();
        return connection != null
                && state.phase() != Phase.DISCONNECTED
                && connection.owner().equals(owner);
    }

    private Instant now() {
        return clock.instant();
    }
}
