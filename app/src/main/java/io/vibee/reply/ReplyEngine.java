package io.vibee.reply;

import io.vibee.cluster.Defect;
import io.vibee.cluster.NodeParts;
import io.vibee.moderation.Moderation;
import io.vibee.reply.ReplyCache.Place;
import io.vibee.reply.ReplyObserver.Lookup;
import io.vibee.reply.ReplyOutcome.Answered;
import io.vibee.reply.ReplyOutcome.Failed;
import io.vibee.reply.ReplyOutcome.Saturated;
import io.vibee.reply.ReplyOutcome.Stopped;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine of a node, which has no state to lose: a caller keeps its message and asks again. Every {@link Compose} gets exactly one
 * outcome, within {@link Limits#outcomeWithin()} and the half second that a look-up in the cache may take. An answer from the cache or a
 * call under way costs nothing. The engine works on at most {@code parallel} replies; the next wait, and their owners take turns. When too
 * many wait, it tells the rest at once to come back later.
 */
public final class ReplyEngine {
    private static final Logger LOG = LoggerFactory.getLogger(ReplyEngine.class);
    private static final Duration SHORTEST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(60);
    private static final Duration LONGEST_REPLY = Duration.ofHours(1);

    /** Replies in each turn of an owner of the paid tier; others have one. */
    private static final int PAID_SHARE = 4;

    /** What the engine is asked. */
    public sealed interface Command {}

    /**
     * Find an answer. A request that still waits is dropped when {@code replyTo} stops.
     *
     * @param heard gets the text so far from other threads, each time that there is more, and an empty text when a call begins. It gets
     *     nothing if the request is not {@link ReplyRequest#streamed()}, or if the whole answer may still be stopped
     */
    public record Compose(ReplyRequest request, ActorRef<ReplyOutcome> replyTo, Consumer<String> heard)
            implements Command {

        /** A request whose asker wants the whole answer only. */
        public Compose(ReplyRequest request, ActorRef<ReplyOutcome> replyTo) {
            this(request, replyTo, text -> {});
        }
    }

    /** Take nothing more, send away what waits and what comes, finish what is under way, then say so. */
    public record Drain(ActorRef<Done> replyTo) implements Command {}

    private record Looked(long id, CacheLookup.Seen seen) implements Command {}

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

    /** A request, and where its answer is cached, if anywhere. */
    private record Asked(Compose compose, @Nullable Place place) {}

    private record Waiting(Asked asked, long until) {
        ActorRef<ReplyOutcome> asker() {
            return asked.compose().replyTo();
        }
    }

    private record Working(Asked asked, long since) {}

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final Chains<GuardedProvider> chains;
    private final Limits limits;
    private final RetryPolicy retry;
    private final ReplyObserver observer;
    private final ModelClient client = new ModelClient();
    private final Moderator moderator;
    private final @Nullable ReplyCache cache;
    private final @Nullable CacheLookup lookup;
    private final Map<Long, Compose> looking = new HashMap<>();
    private final InFlightRequests<Compose> inFlight = new InFlightRequests<>();
    private final Map<Long, Working> working = new HashMap<>();
    private final FairQueue<Waiting> waiting;
    private final Map<ActorRef<ReplyOutcome>, Integer> waitingOf = new HashMap<>();
    private final int parallel;
    private double meanReplyMillis = 2000;
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
        this.ids = ids;
        this.timers = timers;
        this.chains = chains;
        this.limits = limits;
        this.retry = retry;
        this.observer = observer;
        this.moderator = new Moderator(moderation, client, observer);
        this.cache = cache;
        this.lookup = cache == null ? null : new CacheLookup(moderation.rules(), cache, client, observer);
        this.waiting = new FairQueue<>(limits.queued());
        this.parallel = limits.parallel() == 0 ? Integer.MAX_VALUE : limits.parallel();
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
            case Compose compose -> contained(new Asked(compose, null), () -> look(compose));
            case Looked looked -> looked(looked);
            case Finished finished -> finish(finished);
            case AskerStopped stopped -> forget(stopped.asker());
            case Tick.WAITED_TOO_LONG -> sendAwayOverdue();
            case Drain drain -> {
                drained = drain.replyTo();
                sendAwayAll();
            }
        }
        if (drained != null && working.isEmpty()) {
            // It stays. A caller takes a missing engine for a failure, and people would get the predefined answer.
            drained.tell(Done.getInstance());
            drained = context.getSystem().ignoreRef();
        }
        return Behaviors.same();
    }

    /** One request's fault ends that request. The others, whose places it may not have taken, go on. */
    private void contained(Asked asked, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | StackOverflowError | LinkageError defect) {
            answer(asked, failed(defect));
        }
    }

    /** Looks for a ready answer before the request takes a place. */
    private void look(Compose compose) {
        if (lookup == null || drained != null || compose.request().purpose() == ReplyRequest.Purpose.SUMMARY) {
            admit(new Asked(compose, null));
            return;
        }
        long id = ids.incrementAndGet();
        context.pipeToSelf(lookup.at(compose.request()), (seen, defect) -> {
            if (seen == null) {
                LOG.error("a defect of the reply engine", Defect.of(defect));
            }
            return new Looked(id, seen == null ? new CacheLookup.Seen.Unknown(null) : seen);
        });
        looking.put(id, compose);
    }

    private void looked(Looked looked) {
        Compose compose = looking.remove(looked.id());
        if (compose == null) {
            return;
        }
        switch (looked.seen()) {
            case CacheLookup.Seen.Known known -> {
                compose.replyTo().tell(known.outcome());
                log(compose.request(), known.outcome(), Duration.ZERO);
            }
            case CacheLookup.Seen.Unknown unknown -> {
                Asked asked = new Asked(compose, unknown.place());
                contained(asked, () -> lead(asked));
            }
        }
    }

    private void lead(Asked asked) {
        boolean leads = inFlight.leads(asked.place(), asked.compose());
        if (leads) {
            admit(asked);
        }
        if (asked.place() != null) {
            observed(() -> observer.lookedUp(leads ? Lookup.MISS : Lookup.SHARED));
        }
    }

    private void admit(Asked asked) {
        Compose compose = asked.compose();
        if (drained != null) {
            answer(asked, new Saturated(SHORTEST_RETRY));
        } else if (working.size() < parallel) {
            start(asked);
        } else {
            Waiting newest =
                    new Waiting(asked, System.nanoTime() + limits.waitAtMost().toNanos());
            if (waitingOf.merge(compose.replyTo(), 1, Integer::sum) == 1) {
                context.watchWith(compose.replyTo(), new AskerStopped(compose.replyTo()));
            }
            ReplyRequest request = compose.request();
            waiting.offer(request.owner(), request.paid() ? PAID_SHARE : 1, newest)
                    .ifPresent(this::sendAway);
            awaitOverdue();
        }
    }

    /** Answers whoever asked, and whoever asked the same meanwhile. */
    private void answer(Asked asked, ReplyOutcome outcome) {
        asked.compose().replyTo().tell(outcome);
        inFlight.landed(asked.place()).forEach(other -> other.replyTo().tell(InFlightRequests.shared(outcome)));
    }

    private void start(Asked asked) {
        long id = ids.incrementAndGet();
        ReplyRequest request = asked.compose().request();
        // An answer that may still be stopped is not shown before it is whole.
        Consumer<String> heard = request.streamed() && !moderator.judgesAnswer(request)
                ? asked.compose().heard()
                : text -> {};
        ModeratedReply reply = new ModeratedReply(
                moderator,
                request,
                (prompt, within) ->
                        new ReplyCall(client, chains.of(request), retry, observer, prompt, within, heard).run(),
                limits.replyWithin());
        context.pipeToSelf(
                client.after(Duration.ZERO).thenCompose(now -> reply.run()),
                (outcome, defect) -> new Finished(id, defect == null ? outcome : failed(defect)));
        working.put(id, new Working(asked, System.nanoTime()));
    }

    private static ReplyOutcome failed(Throwable defect) {
        Defect told = Defect.of(defect);
        LOG.error("a defect of the reply engine", told);
        return new Failed("a defect of the engine: " + told.kind(), 0);
    }

    private void finish(Finished finished) {
        Working done = working.remove(finished.id());
        if (done == null) {
            return;
        }
        keep(done.asked().place(), finished.outcome());
        answer(done.asked(), finished.outcome());
        Duration took = Duration.ofNanos(System.nanoTime() - done.since());
        meanReplyMillis += 0.1 * ((double) took.toMillis() - meanReplyMillis);
        log(done.asked().compose().request(), finished.outcome(), took);
        startWaiting();
    }

    private void startWaiting() {
        for (Waiting next = free(); next != null; next = free()) {
            left(next);
            Asked asked = next.asked();
            contained(asked, () -> start(asked));
        }
    }

    /** The next request that may begin now. */
    private @Nullable Waiting free() {
        return working.size() < parallel ? waiting.poll() : null;
    }

    /** An answer that can't be cached is still an answer. A cut one is not cached: whoever asks again may get a whole one. */
    private void keep(@Nullable Place place, ReplyOutcome outcome) {
        ReplyCache kept = cache;
        if (kept != null && place != null && outcome instanceof Answered answered && !answered.cut()) {
            observed(() -> kept.keep(place, answered));
        }
    }

    /** A failure beside a reply must not end the reply. */
    private static void observed(Runnable beside) {
        try {
            beside.run();
        } catch (RuntimeException e) {
            LOG.error("a defect of the reply engine", Defect.of(e));
        }
    }

    /** A request has left the queue. */
    private void left(Waiting one) {
        ActorRef<ReplyOutcome> asker = one.asker();
        if (waitingOf.merge(asker, -1, (had, less) -> had + less == 0 ? null : had + less) == null) {
            context.unwatch(asker);
        }
    }

    private void sendAway(Waiting one) {
        left(one);
        answer(one.asked(), new Saturated(retryAfter()));
    }

    private void forget(ActorRef<ReplyOutcome> asker) {
        waitingOf.remove(asker);
        // Whoever waited for the same asks anew.
        waiting.remove(one -> one.asker().equals(asker))
                .forEach(gone -> inFlight.landed(gone.asked().place())
                        .forEach(other -> other.replyTo().tell(new Saturated(SHORTEST_RETRY))));
    }

    private void awaitOverdue() {
        // Only when no timer runs, since it looks at every owner.
        Waiting first = timers.isTimerActive(Tick.WAITED_TOO_LONG) ? null : waiting.oldest();
        if (first != null) {
            timers.startSingleTimer(
                    Tick.WAITED_TOO_LONG,
                    Tick.WAITED_TOO_LONG,
                    Duration.ofNanos(Math.max(0, first.until() - System.nanoTime())));
        }
    }

    private void sendAwayOverdue() {
        long now = System.nanoTime();
        waiting.remove(one -> one.until() - now <= 0).forEach(this::sendAway);
        awaitOverdue();
    }

    private void sendAwayAll() {
        waiting.remove(one -> true).forEach(one -> {
            left(one);
            answer(one.asked(), new Saturated(SHORTEST_RETRY));
        });
    }

    /** Roughly the time until the queue as it is now is done. */
    private Duration retryAfter() {
        Duration estimate = Duration.ofMillis((long) (meanReplyMillis * (waiting.size() + 1) / parallel));
        if (estimate.compareTo(SHORTEST_RETRY) < 0) {
            return SHORTEST_RETRY;
        }
        return estimate.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : estimate;
    }

    private Behavior<Command> onSignal(Signal signal) {
        if (signal instanceof PostStop || signal instanceof PreRestart) {
            client.close();
            // No failures: the caller asks again, at another node or at this one's next start.
            sendAwayAll();
            working.values().forEach(one -> answer(one.asked(), new Saturated(SHORTEST_RETRY)));
            working.clear();
            looking.values().forEach(one -> one.replyTo().tell(new Saturated(SHORTEST_RETRY)));
            looking.clear();
        }
        return Behaviors.same();
    }

    private void log(ReplyRequest request, ReplyOutcome outcome, Duration took) {
        var log = switch (outcome) {
            case Answered answered ->
                LOG.atDebug()
                        .addKeyValue("provider", answered.provider())
                        .addKeyValue("model", answered.model())
                        .addKeyValue("tries", answered.tries())
                        .addKeyValue("cached", answered.cached());
            case Failed failed ->
                LOG.atWarn().addKeyValue("cause", failed.cause()).addKeyValue("tries", failed.tries());
            case Stopped stopped ->
                LOG.atInfo().addKeyValue("rule", stopped.why().detail()).addKeyValue("tries", stopped.tries());
            case Saturated saturated -> LOG.atDebug();
        };
        log.addKeyValue("chat", request.chatId())
                .addKeyValue("message", request.messageId())
                .addKeyValue("millis", took.toMillis())
                .log(outcome instanceof Answered ? "reply composed" : "no reply composed");
    }
}
