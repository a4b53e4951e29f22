package io.vibee.session;

import io.vibee.cluster.Defect;
import io.vibee.cluster.NodeParts;
import io.vibee.metrics.Metrics;
import io.vibee.metrics.PollOutcome;
import io.vibee.metrics.UpdateKind;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.session.Bot;
import io.vibee.protocol.session.Carrier;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.recovery.Backlog;
import io.vibee.recovery.Backoff;
import io.vibee.telegram.PolledUpdate;
import io.vibee.telegram.TelegramClient;
import io.vibee.telegram.TelegramFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.telegram.telegrambots.meta.api.objects.Update;

/**
 * The only poller of a bot's token. It asks Telegram for updates and confirms them (by the next poll's offset) only when all were
 * handed over: stored by their chats or parked by the session, which is left to {@link UpdateDispatch}. A child of its session.
 */
final class Poller extends AbstractBehavior<Poller.Command> {

    private static final Logger LOG = LoggerFactory.getLogger(Poller.class);
    /** Telegram's own cap on a poll's time-out. */
    private static final Duration LONG_POLL = Duration.ofSeconds(50);

    private static final Duration QUICK = Duration.ofMillis(500);
    private static final Backoff POLL_AGAIN = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(60));
    private static final Backoff AFTER_NOTHING = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));
    private static final Backoff AFTER_CONFLICT = new Backoff(Duration.ofSeconds(4), Duration.ofSeconds(60));

    sealed interface Command {}

    /**
     * What the session tells of itself; again when it changed.
     *
     * @param migrated chat ids by Telegram's id of the supergroup that the chat became
     * @param parkedChats chats whose updates queue behind parked ones
     */
    record Terms(
            String owner,
            Carrier carrier,
            Bot bot,
            Instant activeSince,
            ChatMode defaultMode,
            Map<Long, String> migrated,
            Set<String> parkedChats)
            implements Command {}

    /** No further update is to be taken; ended when those taken before are stored or parked. */
    enum Close implements Command {
        NOW
    }

    /** What there is to do about a poll; nothing once the polling gate is closed. */
    private sealed interface PollStep extends Command {}

    private record Answered(List<PolledUpdate> updates, Duration took, boolean held) implements PollStep {}

    private record Failed(TelegramFailure failure) implements PollStep {}

    private enum Poll implements PollStep {
        NOW
    }

    record Stored(String chatId) implements Command {}

    /**
     * @param fault whether the chat's own code failed, so that it would again
     */
    record NotStored(String chatId, String why, boolean fault) implements Command {}

    record TryAgain(String chatId) implements Command {}

    record ParkAnswered(String chatId, boolean parked) implements Command {}

    private final ActorRef<SessionCommand> session;
    private final TelegramClient telegram;
    private final OpenToken token;
    private final Metrics metrics;
    private final PollingGate pollingGate;
    private final Backlog backlog;
    private final String sessionId;
    private final TimerScheduler<Command> timers;
    private final UpdateDispatch dispatch;
    private Bot bot;

    private long offset;
    private boolean live;
    private boolean closed;
    private int emptyInARow;
    private int failedInARow;
    private @Nullable CompletableFuture<List<PolledUpdate>> poll;

    /**
     * @param terms the session's terms of now, asked for by the poller's own thread: also when it begins again after a fault, which is
     *     when it has lost all that it was told
     */
    static Behavior<Command> create(
            String sessionId,
            ActorRef<SessionCommand> session,
            Session.Dependencies dependencies,
            OpenToken token,
            Supplier<Terms> terms) {
        return NodeParts.supervised(
                "poller",
                sessionId,
                Behaviors.setup(context -> Behaviors.withMdc(
                        Command.class,
                        Map.of("session_id", sessionId),
                        Behaviors.withTimers(
                                timers -> new Poller(context, timers, session, dependencies, token, terms.get())))));
    }

    private Poller(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            ActorRef<SessionCommand> session,
            Session.Dependencies dependencies,
            OpenToken token,
            Terms terms) {
        super(context);
        this.timers = timers;
        this.session = session;
        this.telegram = dependencies.telegram();
        this.token = token;
        this.metrics = dependencies.metrics();
        this.pollingGate = dependencies.pollingGate();
        this.backlog = dependencies.backlog();
        this.sessionId = terms.carrier().sessionId();
        this.dispatch = new UpdateDispatch(context, timers, session, dependencies.entities(), terms);
        this.bot = terms.bot();
        pollingGate.begin(context.getSelf());
        context.getSelf().tell(Poll.NOW);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Command.class, this::onCommand)
                .onSignal(PostStop.class, signal -> end())
                .onSignal(PreRestart.class, signal -> end())
                .build();
    }

    private Behavior<Command> onCommand(Command command) {
        switch (command) {
            case Terms changed -> {
                bot = changed.bot();
                dispatch.change(changed);
            }
            case Close now -> close();
            case PollStep step -> {
                if (!closed) {
                    onPollStep(step);
                }
            }
            case Stored stored -> settled(stored.chatId());
            case NotStored not -> dispatch.notStored(not);
            case TryAgain again -> dispatch.handOver(again.chatId());
            case ParkAnswered answered when answered.parked() -> settled(answered.chatId());
            case ParkAnswered answered -> dispatch.notParked(answered.chatId());
        }
        return closed && dispatch.done() ? Behaviors.stopped() : this;
    }

    private void onPollStep(PollStep step) {
        switch (step) {
            case Poll now -> poll();
            case Answered answered -> onAnswered(answered);
            case Failed failed -> onFailed(failed.failure());
        }
    }

    /** The first poll returns at once, so that the session's status is known; the next ones are held by Telegram. */
    private void poll() {
        Duration timeout = live ? LONG_POLL : Duration.ZERO;
        long started = System.nanoTime();
        CompletableFuture<List<PolledUpdate>> asked =
                telegram.getUpdates(token.clear(), offset, timeout).toCompletableFuture();
        poll = asked;
        getContext()
                .pipeToSelf(
                        asked,
                        (updates, failure) -> updates == null
                                ? new Failed(TelegramFailures.of(failure))
                                : new Answered(
                                        updates, Duration.ofNanos(System.nanoTime() - started), !timeout.isZero()));
    }

    private void onAnswered(Answered answered) {
        live = true;
        failedInARow = 0;
        List<PolledUpdate> updates = answered.updates();
        metrics.polled(updates.isEmpty() ? PollOutcome.EMPTY : PollOutcome.UPDATES);
        session.tell(new SessionStep.Polled(updates.size()));
        boolean nothingNew = updates.stream().allMatch(update -> update.updateId() == PolledUpdate.NO_ID);
        emptyInARow = nothingNew && answered.held() && answered.took().compareTo(QUICK) < 0 ? emptyInARow + 1 : 0;
        for (PolledUpdate update : updates) {
            take(update);
            if (update.updateId() != PolledUpdate.NO_ID) {
                offset = update.updateId() + 1;
            }
        }
        dispatch.begin();
        pollWhenAllStored();
    }

    private void take(PolledUpdate polled) {
        Update update = polled.update();
        if (update == null) {
            unreadable(polled.updateId(), String.valueOf(polled.problem()));
            return;
        }
        metrics.updateTaken(kind(update));
        Route route;
        try {
            route = Route.of(update, bot);
            dispatch.add(route);
        } catch (RuntimeException | StackOverflowError | LinkageError e) {
            // Thrown further it would come again with every poll, and nothing behind it.
            unreadable(polled.updateId(), Defect.of(e).kindAndPlace());
        }
    }

    private void unreadable(long updateId, String problem) {
        metrics.updateUnreadable();
        LOG.warn("skipped update {} which can't be read: {}", updateId, problem);
    }

    private void settled(String chatId) {
        if (dispatch.settled(chatId)) {
            pollWhenAllStored();
        }
    }

    private void pollWhenAllStored() {
        if (!closed && dispatch.done() && !timers.isTimerActive(Poll.NOW)) {
            pollAfter(
                    emptyInARow == 0
                            ? backlog.pause(sessionId)
                            : AFTER_NOTHING.after(
                                    emptyInARow, ThreadLocalRandom.current().nextDouble()));
        }
    }

    private void onFailed(TelegramFailure failure) {
        failedInARow++;
        live = false;
        double jitter = ThreadLocalRandom.current().nextDouble();
        session.tell(new SessionStep.PollFailed(token.stored(), failure));
        switch (failure) {
            case TelegramFailure.Unauthorized revoked -> metrics.polled(PollOutcome.REVOKED);
            case TelegramFailure.Conflict conflict -> {
                metrics.polled(PollOutcome.CONFLICT);
                pollAfter(AFTER_CONFLICT.after(failedInARow, jitter));
            }
            case TelegramFailure.FloodWait wait -> {
                metrics.polled(PollOutcome.RATE_LIMITED);
                pollAfter(wait.retryAfter());
            }
            case TelegramFailure.Forbidden other -> failedOtherwise(jitter);
            case TelegramFailure.BadRequest other -> failedOtherwise(jitter);
            case TelegramFailure.NotFound other -> failedOtherwise(jitter);
            case TelegramFailure.ServerError other -> failedOtherwise(jitter);
            case TelegramFailure.Unreachable other -> failedOtherwise(jitter);
            case TelegramFailure.LostConnection other -> failedOtherwise(jitter);
        }
    }

    private void failedOtherwise(double jitter) {
        metrics.polled(PollOutcome.FAILED);
        pollAfter(POLL_AGAIN.after(failedInARow, jitter));
    }

    private void pollAfter(Duration delay) {
        if (delay.isZero()) {
            poll();
        } else {
            timers.startSingleTimer(Poll.NOW, Poll.NOW, delay);
        }
    }

    private void close() {
        closed = true;
        dropPoll();
    }

    private Behavior<Command> end() {
        dropPoll();
        pollingGate.end(getContext().getSelf());
        return this;
    }

    private void dropPoll() {
        if (poll != null) {
            poll.cancel(true);
        }
    }

    private static UpdateKind kind(Update update) {
        if (update.getMessage() != null) {
            return UpdateKind.MESSAGE;
        }
        if (update.getEditedMessage() != null) {
            return UpdateKind.EDITED_MESSAGE;
        }
        if (update.getMyChatMember() != null) {
            return UpdateKind.MY_CHAT_MEMBER;
        }
        return update.getBusinessConnection() != null ? UpdateKind.BUSINESS_CONNECTION : UpdateKind.OTHER;
    }
}
