package io.vibee.session;

import io.vibee.cluster.NodeParts;
import io.vibee.metrics.Metrics;
import io.vibee.metrics.PollOutcome;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.session.Bot;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.recovery.Backlog;
import io.vibee.telegram.IncomingUpdate;
import io.vibee.telegram.TelegramClient;
import io.vibee.telegram.TelegramFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only poller of a bot's token. It asks Telegram for updates and confirms them (by the next poll's offset) only when all were
 * handed over: stored by their chats or parked by the session, which is left to {@link UpdateDispatch}. A child of its session.
 */
final class Poller extends AbstractBehavior<PollerCommand> {

    private static final Logger LOG = LoggerFactory.getLogger(Poller.class);
    private static final Duration LOOK_AGAIN_AFTER = Duration.ofSeconds(1);

    private final ActorRef<SessionCommand> session;
    private final TelegramClient telegram;
    private final OpenToken token;
    private final Metrics metrics;
    private final UpdateRouting routing;
    private final Webhooks webhooks;
    private final PollingGate pollingGate;
    private final Backlog backlog;
    private final String sessionId;
    private final TimerScheduler<PollerCommand> timers;
    private final UpdateDispatch dispatch;
    private final PollPacing pacing = new PollPacing();
    private final SessionKind kind;
    private Bot bot;

    private long offset;
    private boolean closed;
    private @Nullable CompletableFuture<List<IncomingUpdate>> poll;

    /**
     * @param afterWebhook whether the session's own webhook is to go first
     * @param terms the session's terms of now, asked for by the poller's own thread: also when it begins again after a fault, which is
     *     when it has lost all that it was told
     */
    static Behavior<PollerCommand> create(
            String sessionId,
            ActorRef<SessionCommand> session,
            SessionDependencies dependencies,
            OpenToken token,
            boolean afterWebhook,
            Supplier<IntakeCommand.Terms> terms) {
        return NodeParts.supervised(
                "poller",
                sessionId,
                Behaviors.setup(context -> Behaviors.withMdc(
                        PollerCommand.class,
                        Map.of("session_id", sessionId),
                        Behaviors.withTimers(timers -> new Poller(
                                context, timers, session, dependencies, token, afterWebhook, terms.get())))));
    }

    private Poller(
            ActorContext<PollerCommand> context,
            TimerScheduler<PollerCommand> timers,
            ActorRef<SessionCommand> session,
            SessionDependencies dependencies,
            OpenToken token,
            boolean afterWebhook,
            IntakeCommand.Terms terms) {
        super(context);
        this.timers = timers;
        this.session = session;
        this.telegram = dependencies.telegram();
        this.token = token;
        this.metrics = dependencies.metrics();
        this.routing = new UpdateRouting(metrics);
        this.webhooks = dependencies.webhooks();
        this.pollingGate = dependencies.pollingGate();
        this.backlog = dependencies.backlog();
        this.sessionId = terms.carrier().sessionId();
        this.dispatch = new UpdateDispatch(context, timers, session, dependencies, terms);
        this.bot = terms.bot();
        this.kind = terms.carrier().kind();
        pollingGate.begin(context.getSelf().narrow());
        if (afterWebhook) {
            context.pipeToSelf(telegram.deleteWebhook(token.clear()), (done, failure) -> PollerCommand.Poll.NOW);
        } else {
            context.getSelf().tell(PollerCommand.Poll.NOW);
        }
    }

    @Override
    public Receive<PollerCommand> createReceive() {
        return newReceiveBuilder()
                .onMessage(PollerCommand.class, this::onCommand)
                .onSignal(PostStop.class, signal -> end())
                .onSignal(PreRestart.class, signal -> end())
                .build();
    }

    private Behavior<PollerCommand> onCommand(PollerCommand command) {
        switch (command) {
            case IntakeCommand.Terms changed -> {
                bot = changed.bot();
                dispatch.change(changed);
            }
            case IntakeCommand.Close now -> close();
            case PollerCommand.PollStep step -> {
                if (!closed) {
                    onPollStep(step);
                }
            }
            case IntakeCommand.HandoverStep step -> onHandover(step);
        }
        return closed && dispatch.done() ? Behaviors.stopped() : this;
    }

    private void onPollStep(PollerCommand.PollStep step) {
        switch (step) {
            case PollerCommand.Poll now -> poll();
            case PollerCommand.Answered answered -> onAnswered(answered);
            case PollerCommand.Failed failed -> onFailed(failed.failure());
        }
    }

    private void poll() {
        if (backlog.isFull(sessionId)) {
            pollAfter(LOOK_AGAIN_AFTER);
            return;
        }
        Duration timeout = pacing.timeout();
        long started = System.nanoTime();
        CompletableFuture<List<IncomingUpdate>> asked =
                telegram.getUpdates(token.clear(), offset, timeout).toCompletableFuture();
        poll = asked;
        getContext()
                .pipeToSelf(
                        asked,
                        (updates, failure) -> updates == null
                                ? new PollerCommand.Failed(TelegramFailures.of(failure))
                                : new PollerCommand.Answered(
                                        updates, Duration.ofNanos(System.nanoTime() - started), !timeout.isZero()));
    }

    private void onAnswered(PollerCommand.Answered answered) {
        List<IncomingUpdate> updates = answered.updates();
        metrics.polled(updates.isEmpty() ? PollOutcome.EMPTY : PollOutcome.UPDATES);
        session.tell(new SessionStep.Polled(updates.size()));
        boolean nothingNew = updates.stream().allMatch(update -> update.updateId() == IncomingUpdate.NO_ID);
        pacing.answered(nothingNew, answered.took(), answered.held());
        for (IncomingUpdate update : updates) {
            dispatch.take(routing.route(update, bot, kind), () -> {});
            if (update.updateId() != IncomingUpdate.NO_ID) {
                offset = update.updateId() + 1;
            }
        }
        pollWhenAllStored();
    }

    private void onHandover(IntakeCommand.HandoverStep step) {
        boolean waited = !dispatch.done();
        dispatch.on(step);
        if (waited) {
            pollWhenAllStored();
        }
    }

    private void pollWhenAllStored() {
        if (!closed && dispatch.done() && !timers.isTimerActive(PollerCommand.Poll.NOW)) {
            pollAfter(pacing.afterNothing(jitter()).orElseGet(() -> backlog.pause(sessionId)));
        }
    }

    private void onFailed(TelegramFailure failure) {
        session.tell(new SessionStep.IntakeFailed(token.stored(), failure));
        PollPacing.AfterFailure after = pacing.failed(failure, jitter());
        metrics.polled(after.outcome());
        after.again().ifPresent(this::pollAfter);
        if (failure instanceof TelegramFailure.Conflict conflict && conflict.becauseOfWebhook()) {
            removeOwnWebhook();
        }
    }

    /** One that the session no longer wants and could not remove. Another's stays: its owner has to decide. */
    private void removeOwnWebhook() {
        var unused = telegram.getWebhookInfo(token.clear())
                .thenCompose(info -> webhooks.isOf(sessionId, info.url())
                        ? telegram.deleteWebhook(token.clear())
                        : CompletableFuture.completedStage(Done.getInstance()))
                .exceptionally(failure -> {
                    LOG.warn("the webhook in the way can't be removed: {}", failure.toString());
                    return Done.getInstance();
                });
    }

    private static double jitter() {
        return ThreadLocalRandom.current().nextDouble();
    }

    private void pollAfter(Duration delay) {
        if (delay.isZero()) {
            poll();
        } else {
            timers.startSingleTimer(PollerCommand.Poll.NOW, PollerCommand.Poll.NOW, delay);
        }
    }

    private void close() {
        closed = true;
        dropPoll();
    }

    private Behavior<PollerCommand> end() {
        dropPoll();
        pollingGate.end(getContext().getSelf().narrow());
        return this;
    }

    private void dropPoll() {
        if (poll != null) {
            poll.cancel(true);
        }
    }
}
