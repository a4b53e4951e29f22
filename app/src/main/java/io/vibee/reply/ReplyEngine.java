package io.vibee.reply;

import io.vibee.cluster.NodeParts;
import io.vibee.moderation.Moderation;
import io.vibee.reply.ReplyOutcome.Failed;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Composes the replies of a node. It has no state to lose: a caller keeps its message and asks again. Every {@link Compose} gets exactly
 * one outcome, within {@link Limits#outcomeWithin()} and the half second that a look-up in the cache may take. An answer from the cache or
 * a call under way costs nothing. The engine works on at most {@code parallel} replies; further requests wait, and their owners take
 * turns. When too many wait, it tells the rest at once to come back later.
 */
public final class ReplyEngine {
    private static final ReplyLog LOG = new ReplyLog(LoggerFactory.getLogger(ReplyEngine.class));
    private static final Duration LONGEST_REPLY = Duration.ofHours(1);

    /** What the engine does for others. */
    public sealed interface Command {}

    /**
     * Find an answer. A request that still waits is dropped when {@code replyTo} stops.
     *
     * @param heard gets the text so far from other threads, each time that there is more, and an empty text when a call begins. It gets
     *     nothing if the request is not {@link ReplyRequest#streamed()}, or if the whole answer may still be stopped
     */
    public record Compose(ReplyRequest request, ActorRef<ReplyOutcome> replyTo, Consumer<Supplier<String>> heard)
            implements Command {

        /** A request whose asker wants the whole answer only. */
        public Compose(ReplyRequest request, ActorRef<ReplyOutcome> replyTo) {
            this(request, replyTo, text -> {});
        }
    }

    /** Take nothing more, send away what waits and what comes, finish what is under way, then say so. */
    public record Drain(ActorRef<Done> replyTo) implements Command {}

    private record Looked(long id, GuardedCache.Seen seen) implements Command {}

    private record Finished(long id, ReplyOutcome outcome) implements Command {}

    private record AskerStopped(ActorRef<ReplyOutcome> asker) implements Command {}

    private enum Tick implements Command {
        WAITED_TOO_LONG
    }

    /**
     * How much the engine accepts, and for how long.
     *
     * @param parallel replies worked on at a time; 0 means no limit
     * @param queued how many requests may wait
     * @param waitAtMost how long one may wait before it is sent away
     * @param replyWithin the time for one reply over all providers and tries, without the wait
     */
    public record Limits(int parallel, int queued, Duration waitAtMost, Duration replyWithin) {
        public static final Limits DEFAULT = new Limits(64, 1000, Duration.ofSeconds(30), Duration.ofSeconds(90));

        public Limits {
            if (parallel < 0 || queued < 0) {
                throw new IllegalArgumentException(
                        "parallel: " + parallel + ", queued: " + queued + " (expected: 0 or more)");
            }
            if (!waitAtMost.isPositive() || !replyWithin.isPositive()) {
                throw new IllegalArgumentException(
                        "wait: " + waitAtMost + ", reply: " + replyWithin + " (expected: more than 0)");
            }
        }

        /** Limits with time for one whole call of a provider and half of another, but at most an hour. */
        public Limits withTimeout(Duration longest) {
            Duration needed = longest.compareTo(LONGEST_REPLY) > 0
                    ? LONGEST_REPLY
                    : longest.multipliedBy(3).dividedBy(2);
            Duration bounded = needed.compareTo(LONGEST_REPLY) > 0 ? LONGEST_REPLY : needed;
            return bounded.compareTo(replyWithin) > 0 ? new Limits(parallel, queued, waitAtMost, bounded) : this;
        }

        /** By then every request has its outcome. An ask's time-out should be a little longer. */
        public Duration outcomeWithin() {
            return waitAtMost.plus(replyWithin);
        }
    }

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final ModelClient client = new ModelClient();
    private final ReplyComposer composer;
    private final @Nullable GuardedCache cache;
    private final Map<Long, OpenRequest> looking = new HashMap<>();
    private final RequestScheduler scheduler;
    private final AtomicLong ids;
    private @Nullable ActorRef<Done> drained;

    private ReplyEngine(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Chains<GuardedProvider> chains,
            Limits limits,
            RetryPolicy retry,
            Moderation moderation,
            @Nullable ReplyCache cache,
            ReplyObserver observer,
            AtomicLong ids) {
        this.context = context;
        this.timers = timers;
        this.composer = new ReplyComposer(client, chains, retry, moderation, observer, limits.replyWithin());
        this.cache = cache == null ? null : new GuardedCache(moderation.rules(), cache, client, observer, LOG);
        this.scheduler = new RequestScheduler(
                new Workload(limits.parallel()),
                new WaitingRequests(
                        limits.queued(),
                        limits.waitAtMost(),
                        asker -> context.watchWith(asker, new AskerStopped(asker)),
                        context::unwatch));
        this.ids = ids;
    }

    /**
     * An engine with its own connections, which it closes when it stops.
     *
     * @param chains the providers in the order in which they are asked; with none, every request fails
     * @param cache of answers; null: every request goes to a model
     */
    public static Behavior<Command> create(
            Chains<GuardedProvider> chains,
            Limits limits,
            RetryPolicy retry,
            Moderation moderation,
            @Nullable ReplyCache cache,
            ReplyObserver observer) {
        // For all starts of the engine: a call of an earlier start is nobody's outcome.
        AtomicLong ids = new AtomicLong();
        return NodeParts.supervised(
                "reply-engine",
                Behaviors.setup(context -> Behaviors.withTimers(timers -> {
                    ReplyEngine engine =
                            new ReplyEngine(context, timers, chains, limits, retry, moderation, cache, observer, ids);
                    return Behaviors.receive(
                            (same, command) -> engine.on(command), (same, signal) -> engine.onSignal(signal));
                })));
    }

    private Behavior<Command> on(Command command) {
        switch (command) {
            case Compose compose -> {
                OpenRequest open = new OpenRequest(compose.request(), compose.replyTo(), compose.heard(), null);
                contained(open, () -> look(open));
            }
            case Looked looked -> looked(looked);
            case Finished finished -> finish(finished);
            case AskerStopped stopped -> scheduler.forget(stopped.asker());
            case Tick.WAITED_TOO_LONG -> {
                scheduler.sendAwayOverdue();
                awaitOverdue();
            }
            case Drain drain -> {
                drained = drain.replyTo();
                scheduler.drain();
            }
        }
        if (drained != null && scheduler.isDrained()) {
            // It stays. A caller takes a missing engine for a failure, and people would get the predefined answer.
            drained.tell(Done.getInstance());
            drained = context.getSystem().ignoreRef();
        }
        return Behaviors.same();
    }

    /** One request's defect ends that request. All others go on. */
    private void contained(OpenRequest open, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | StackOverflowError | LinkageError defect) {
            scheduler.answer(open, failed(defect));
        }
    }

    /** Looks for a ready answer before the request waits or begins. */
    private void look(OpenRequest open) {
        if (cache == null || scheduler.isDraining() || open.request().purpose() == ReplyRequest.Purpose.SUMMARY) {
            admit(open);
            return;
        }
        long id = ids.incrementAndGet();
        context.pipeToSelf(cache.look(open.request()), (seen, defect) -> {
            if (seen == null) {
                LOG.defect(defect);
            }
            return new Looked(id, seen == null ? new GuardedCache.Seen.Unknown(null) : seen);
        });
        looking.put(id, open);
    }

    private void looked(Looked looked) {
        OpenRequest open = looking.remove(looked.id());
        if (open == null) {
            return;
        }
        switch (looked.seen()) {
            case GuardedCache.Seen.Known known -> {
                open.asker().tell(known.outcome());
                LOG.ended(open.request(), known.outcome(), Duration.ZERO);
            }
            case GuardedCache.Seen.Unknown unknown -> {
                OpenRequest placed = open.withPlace(unknown.place());
                contained(placed, () -> lead(placed));
            }
        }
    }

    private void lead(OpenRequest open) {
        boolean leads = scheduler.leads(open);
        if (leads) {
            admit(open);
        }
        if (cache != null) {
            cache.missed(open, leads);
        }
    }

    private void admit(OpenRequest open) {
        if (scheduler.admits(open)) {
            start(open);
        } else {
            awaitOverdue();
        }
    }

    private void start(OpenRequest open) {
        long id = ids.incrementAndGet();
        context.pipeToSelf(
                composer.compose(open.request(), open.heard()),
                (outcome, defect) -> new Finished(id, defect == null ? outcome : failed(defect)));
        scheduler.begun(id, open);
    }

    private static ReplyOutcome failed(Throwable defect) {
        return new Failed("a defect of the engine: " + LOG.defect(defect).kind(), 0);
    }

    private void finish(Finished finished) {
        Workload.Ended ended = scheduler.ended(finished.id());
        if (ended == null) {
            return;
        }
        if (cache != null) {
            cache.keep(ended.open(), finished.outcome());
        }
        scheduler.answer(ended.open(), finished.outcome());
        LOG.ended(ended.open().request(), finished.outcome(), ended.took());
        startWaiting();
    }

    private void startWaiting() {
        for (OpenRequest next = scheduler.next(); next != null; next = scheduler.next()) {
            OpenRequest open = next;
            contained(open, () -> start(open));
        }
    }

    private void awaitOverdue() {
        if (!timers.isTimerActive(Tick.WAITED_TOO_LONG)) {
            scheduler
                    .untilOverdue()
                    .ifPresent(wait -> timers.startSingleTimer(Tick.WAITED_TOO_LONG, Tick.WAITED_TOO_LONG, wait));
        }
    }

    private Behavior<Command> onSignal(Signal signal) {
        if (signal instanceof PostStop || signal instanceof PreRestart) {
            client.close();
            scheduler.stop();
            looking.values().forEach(open -> open.asker().tell(RequestScheduler.ASK_AGAIN));
            looking.clear();
        }
        return Behaviors.same();
    }
}
