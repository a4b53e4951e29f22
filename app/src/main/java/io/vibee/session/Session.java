package io.vibee.session;

import io.vibee.chat.ChatIds;
import io.vibee.cluster.Defect;
import io.vibee.cluster.Entities;
import io.vibee.cluster.NodeParts;
import io.vibee.metrics.Metrics;
import io.vibee.persistence.keys.KeyStore;
import io.vibee.persistence.recovery.UnfinishedRows;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.Incarnation;
import io.vibee.protocol.session.SessionCommand.PermitReply;
import io.vibee.protocol.session.SessionCommand.Refusal;
import io.vibee.protocol.session.SessionEvent;
import io.vibee.protocol.session.SessionState;
import io.vibee.protocol.session.SessionState.Connection;
import io.vibee.protocol.session.SessionState.Phase;
import io.vibee.protocol.session.SessionView;
import io.vibee.protocol.stored.EventHead;
import io.vibee.recovery.Backlog;
import io.vibee.recovery.JournalTags;
import io.vibee.session.SessionStep.ParkedTried;
import io.vibee.telegram.TelegramClient;
import io.vibee.telegram.TelegramFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
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
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.pattern.StatusReply;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.javadsl.CommandHandlerWithReply;
import org.apache.pekko.persistence.typed.javadsl.EffectBuilder;
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
 * What an owner's wish changes is in {@link LifeDecision}, what follows from it in {@link SessionLifecycle}; here it is stored.
 */
public final class Session extends EventSourcedBehaviorWithEnforcedReplies<SessionCommand, SessionEvent, SessionState> {

    public static final EntityTypeKey<SessionCommand> TYPE_KEY = EntityTypeKey.create(SessionCommand.class, "Session");

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final int SNAPSHOT_EVERY = 100;

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
            PollingGate pollingGate,
            Backlog backlog,
            int sendsPerSecond,
            InstantSource clock) {}

    private final String sessionId;
    private final String incarnation = UUID.randomUUID().toString();
    private final Sending sending;
    private final Parking parking;
    private final KeyLoading keyLoading;
    private final SessionPeers peers;
    private final LiveStatus live;
    private final SessionLifecycle life;
    private final InstantSource clock;

    public static Behavior<SessionCommand> create(
            String sessionId, ActorRef<ClusterSharding.ShardCommand> shard, Dependencies dependencies) {
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
            Dependencies dependencies,
            ActorContext<SessionCommand> context,
            TimerScheduler<SessionCommand> timers) {
        super(
                PersistenceId.of(TYPE_KEY.name(), sessionId),
                SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(10), 0.2));
        this.sessionId = sessionId;
        this.clock = dependencies.clock();
        this.live = new LiveStatus(dependencies.metrics());
        this.sending = new Sending(incarnation, context, timers, dependencies, live);
        this.parking = new Parking(sessionId, context, timers, dependencies);
        Polling polling = new Polling(sessionId, context, dependencies);
        this.keyLoading = new KeyLoading(context, timers, dependencies.keys()::load);
        this.peers = new SessionPeers(sessionId, context, dependencies);
        this.life = new SessionLifecycle(context, shard, live, sending, parking, polling, keyLoading, peers);
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
                .onSignal(RecoveryCompleted.class, (state, signal) -> life.recovered(state))
                .onSignal(PostStop.class, (state, signal) -> life.gone())
                .onSignal(PreRestart.class, (state, signal) -> life.gone())
                .build();
    }

    @Override
    public CommandHandlerWithReply<SessionCommand, SessionEvent, SessionState> commandHandler() {
        return this::onCommand;
    }

    /** A fault in one command is that command's: the same one would fail again, and others wait behind it. */
    private ReplyEffect<SessionEvent, SessionState> onCommand(SessionState state, SessionCommand command) {
        try {
            return decide(state, command);
        } catch (RuntimeException | Error failure) {
            if (Defect.isFatal(failure) || !Faults.isOfOneCommand(command)) {
                throw failure;
            }
            Defect defect = Defect.of(failure);
            LOG.error("a defect in a session: {}", defect.kindAndPlace(), defect);
            Faults.refuse(command, defect);
            return only(() -> release(state, command));
        }
    }

    private void release(SessionState state, SessionCommand command) {
        switch (command) {
            case SessionCommand.Deliver deliver -> sending.release(deliver.permitId());
            case ParkedTried tried -> parking.notStored(state, tried.chatId());
            default -> {}
        }
    }

    private ReplyEffect<SessionEvent, SessionState> decide(SessionState state, SessionCommand command) {
        return switch (command) {
            case SessionCommand.Connect connect ->
                decided(state, LifeDecision.connect(state, head(state, connect.owner()), connect), connect.replyTo());
            case SessionCommand.ReplaceToken replace ->
                decided(
                        state,
                        LifeDecision.replaceToken(state, head(state, replace.owner()), replace),
                        replace.replyTo());
            case SessionCommand.GetToken get ->
                shown(state, get.owner(), get.replyTo(), () -> SessionViews.token(state));
            case SessionCommand.GetSession get -> shown(state, get.owner(), get.replyTo(), () -> view(state));
            case SessionCommand.Pause pause ->
                decided(state, LifeDecision.pause(state, head(state, pause.owner())), pause.replyTo());
            case SessionCommand.Resume resume ->
                decided(state, LifeDecision.resume(state, head(state, resume.owner())), resume.replyTo());
            case SessionCommand.ChangeDefaultMode change ->
                decided(
                        state,
                        LifeDecision.changeDefaultMode(state, head(state, change.owner()), change),
                        change.replyTo());
            case SessionCommand.Disconnect disconnect ->
                decided(
                        state,
                        LifeDecision.disconnect(state, head(state, disconnect.owner())),
                        disconnect.replyTo(),
                        after -> StatusReply.ack());
            case SessionCommand.RequestPermit request -> onRequestPermit(state, request);
            case SessionCommand.ReleasePermit release -> only(() -> sending.release(release.permitId()));
            case SessionCommand.Deliver deliver -> only(() -> sending.deliver(deliver));
            case SessionCommand.ShowLivePreview draft -> only(() -> sending.showLivePreview(draft));
            case SessionCommand.ShowTyping typing -> only(() -> sending.showTyping(typing));
            case SessionCommand.Identify identify -> Effect().reply(identify.replyTo(), new Incarnation(incarnation));
            case SessionCommand.Wake wake -> Effect().reply(wake.replyTo(), Done.getInstance());
            case SessionCommand.Internal internal -> onStep(state, (SessionStep) internal);
        };
    }

    private ReplyEffect<SessionEvent, SessionState> onStep(SessionState state, SessionStep step) {
        return switch (step) {
            case SessionStep.KeyReady ready ->
                life.unlock(state, ready) ? Effect().noReply() : ended(state);
            case SessionStep.KeyUnavailable unavailable -> only(() -> keyLoading.failed(unavailable));
            case SessionStep.LoadKey again -> only(() -> keyLoading.begin(state));
            case SessionStep.SendAnswered answered -> onSendAnswered(state, answered);
            case SessionStep.LivePreviewAnswered answered -> only(() -> sending.livePreviewAnswered(answered));
            case SessionStep.TypingHeld held -> only(() -> sending.typingHeld(held.retryAfter()));
            case SessionStep.ServePermits serve -> only(sending::serve);
            case SessionStep.RetryParked retry -> only(() -> parking.retry(state, retry.chatId()));
            case ParkedTried tried -> onParkedTried(state, tried);
            case SessionStep.ToStop stop -> only(() -> peers.tellStopped(stop));
            case SessionStep.Polled polled -> {
                if (state.phase() == Phase.ACTIVE) {
                    live.polled(polled.updates(), now());
                }
                yield Effect().noReply();
            }
            case SessionStep.PollFailed failed -> onPollFailed(state, failed);
            case SessionStep.Park park -> onPark(state, park);
            case SessionStep.Migrated migrated -> onMigrated(state, migrated);
            case SessionStep.OwnerFound owner -> {
                if (owner.incarnation().id().equals(incarnation)) {
                    yield Effect().noReply();
                }
                LOG.warn("another incarnation owns this session: this one stops");
                yield stop();
            }
            case SessionStep.Stop stop -> stop();
        };
    }

    /** For what is not stored. */
    private ReplyEffect<SessionEvent, SessionState> only(Runnable action) {
        action.run();
        return Effect().noReply();
    }

    private ReplyEffect<SessionEvent, SessionState> decided(
            SessionState state, LifeDecision decision, ActorRef<StatusReply<SessionView>> replyTo) {
        return decided(state, decision, replyTo, after -> StatusReply.success(view(after)));
    }

    private <T> ReplyEffect<SessionEvent, SessionState> decided(
            SessionState state,
            LifeDecision decision,
            ActorRef<StatusReply<T>> replyTo,
            Function<SessionState, StatusReply<T>> answer) {
        return switch (decision) {
            case LifeDecision.Unknown unknown -> unknown(state, replyTo);
            case LifeDecision.Refused refused -> Effect().reply(replyTo, StatusReply.error(refused.why()));
            case LifeDecision.Unchanged unchanged -> Effect().none().thenReply(replyTo, answer);
            case LifeDecision.Changed changed -> store(changed.event()).thenReply(replyTo, answer);
        };
    }

    private <T> ReplyEffect<SessionEvent, SessionState> shown(
            SessionState state, String owner, ActorRef<StatusReply<T>> replyTo, Supplier<T> what) {
        return LifeDecision.known(state, owner)
                ? Effect().reply(replyTo, StatusReply.success(what.get()))
                : unknown(state, replyTo);
    }

    private ReplyEffect<SessionEvent, SessionState> revoke(SessionState state, Sealed token) {
        return storedIfNew(LifeDecision.revoke(state, head(state), token)).thenNoReply();
    }

    /** Its key was erased with its owner: nobody will connect it again. */
    private ReplyEffect<SessionEvent, SessionState> ended(SessionState state) {
        LOG.info("the session's key was erased with its owner: the session ends");
        return store(new SessionEvent.SessionDisconnected(head(state).withOpen(false)))
                .thenNoReply();
    }

    /** At once, or when the last of what is on its way has an outcome: a chat waits for it, and without one it is in doubt. */
    private ReplyEffect<SessionEvent, SessionState> stop() {
        life.drain();
        return sending.idle() ? Effect().stop().thenNoReply() : Effect().noReply();
    }

    // Polling.

    private ReplyEffect<SessionEvent, SessionState> onPollFailed(SessionState state, SessionStep.PollFailed failed) {
        TelegramFailure failure = failed.failure();
        if (failure instanceof TelegramFailure.Unauthorized) {
            return revoke(state, failed.token());
        }
        if (state.phase() != Phase.ACTIVE) {
            return Effect().noReply();
        }
        if (failure instanceof TelegramFailure.Conflict) {
            live.conflict(failure.summary());
            peers.findOwner(new Incarnation(incarnation));
        } else {
            live.backingOff(failure, now());
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
        return store(new SessionEvent.UpdateParked(
                        head(state).withOpen(true), state.lastParkedId() + 1, park.chatId(), update.get()))
                .thenReply(park.replyTo(), after -> true);
    }

    private ReplyEffect<SessionEvent, SessionState> onParkedTried(SessionState state, ParkedTried tried) {
        boolean held = state.parked().stream().anyMatch(parked -> parked.parkedId() == tried.parkedId());
        if (!held) {
            return only(() -> parking.settled(state, tried.chatId()));
        }
        EventHead head = head(state).withOpen(state.parked().size() > 1);
        Optional<SessionEvent> event = tried.outcome() == ParkedTried.Outcome.STORED
                ? Optional.of(new SessionEvent.ParkedUpdateStored(head, tried.parkedId()))
                : parking.whyDropped(tried)
                        .map(why -> new SessionEvent.ParkedUpdateDropped(head, tried.parkedId(), tried.chatId(), why));
        if (event.isEmpty()) {
            return only(() -> parking.notStored(state, tried.chatId()));
        }
        return store(event.get())
                .thenRun(after -> parking.settled(after, tried.chatId()))
                .thenNoReply();
    }

    // Sending.

    private ReplyEffect<SessionEvent, SessionState> onRequestPermit(
            SessionState state, SessionCommand.RequestPermit request) {
        if (state.phase() == Phase.ACTIVE) {
            sending.request(request);
            return Effect().noReply();
        }
        life.forgetIfGone(state);
        return Effect().reply(request.replyTo(), new PermitReply.Refused(state.phase()));
    }

    private ReplyEffect<SessionEvent, SessionState> onSendAnswered(
            SessionState state, SessionStep.SendAnswered answered) {
        SessionCommand.Deliver deliver = answered.deliver();
        DeliveryOutcome outcome = sending.answered(answered);
        if (answered.failure() instanceof TelegramFailure.Unauthorized) {
            boolean replaced = !connection(state).token().equals(answered.token());
            deliver.replyTo().tell(replaced ? new DeliveryOutcome.NotSent("the token was replaced", 0) : outcome);
            return revoke(state, answered.token());
        }
        if (outcome instanceof DeliveryOutcome.Migrated migrated) {
            var moved = new SessionEvent.ChatMigrated(
                    head(state), deliver.chatId(), deliver.message().telegramChatId(), migrated.toTelegramChatId());
            return storedIfNew(LifeDecision.migrate(state, moved)).thenReply(deliver.replyTo(), after -> outcome);
        }
        return Effect().reply(deliver.replyTo(), outcome);
    }

    private ReplyEffect<SessionEvent, SessionState> onMigrated(SessionState state, SessionStep.Migrated migrated) {
        String earlier = state.migrated().get(migrated.fromTelegramChatId());
        String chatId = earlier != null ? earlier : ChatIds.of(sessionId, migrated.fromTelegramChatId());
        var moved = new SessionEvent.ChatMigrated(
                head(state), chatId, migrated.fromTelegramChatId(), migrated.toTelegramChatId());
        LifeDecision decision = LifeDecision.migrate(state, moved);
        return storedIfNew(decision)
                .thenRun(after -> {
                    if (decision instanceof LifeDecision.Changed) {
                        peers.tellMigrated(moved);
                    }
                })
                .thenReply(migrated.replyTo(), after -> !(decision instanceof LifeDecision.Unknown));
    }

    // What all of these need.

    private <T> ReplyEffect<SessionEvent, SessionState> unknown(SessionState state, ActorRef<StatusReply<T>> replyTo) {
        life.forgetIfGone(state);
        return Effect().reply(replyTo, StatusReply.error(Refusal.NOT_FOUND));
    }

    private EffectBuilder<SessionEvent, SessionState> store(SessionEvent event) {
        return Effect().persist(event).thenRun(after -> life.stored(event, after));
    }

    /** For what happened to a session: nobody is refused when it changes nothing. */
    private EffectBuilder<SessionEvent, SessionState> storedIfNew(LifeDecision decision) {
        return decision instanceof LifeDecision.Changed changed
                ? store(changed.event())
                : Effect().none();
    }

    private SessionView view(SessionState state) {
        return SessionViews.of(sessionId, state, live);
    }

    private EventHead head(SessionState state) {
        return head(state, connection(state).owner());
    }

    private static Connection connection(SessionState state) {
        return Objects.requireNonNull(state.connection(), "only a connected session polls, sends and stores more");
    }

    private EventHead head(SessionState state, String owner) {
        return new EventHead(owner, sessionId, !state.parked().isEmpty(), now());
    }

    private Instant now() {
        return clock.instant();
    }
}
