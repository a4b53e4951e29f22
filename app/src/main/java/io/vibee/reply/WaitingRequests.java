package io.vibee.reply;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * The requests that wait until the engine can work on them. Each waits for a limited time, and their owners take turns, as
 * {@link FairQueue} says. Each asker is watched as long as one of its requests waits. Not thread-safe.
 */
final class WaitingRequests {

    /** Replies in each turn of an owner of the paid tier; others have one. */
    private static final int PAID_SHARE = 4;

    private record Waiting(OpenRequest open, long until) {}

    private final FairQueue<Waiting> queue;
    private final long waitAtMost;
    private final Consumer<ActorRef<ReplyOutcome>> watch;
    private final Consumer<ActorRef<ReplyOutcome>> unwatch;
    private final Map<ActorRef<ReplyOutcome>, Integer> countOf = new HashMap<>();

    /**
     * None so far.
     *
     * @param most how many may wait
     * @param watch begins to watch an asker, whose end {@link #removeOf} then needs
     */
    WaitingRequests(
            int most,
            Duration waitAtMost,
            Consumer<ActorRef<ReplyOutcome>> watch,
            Consumer<ActorRef<ReplyOutcome>> unwatch) {
        this.queue = new FairQueue<>(most);
        this.waitAtMost = waitAtMost.toNanos();
        this.watch = watch;
        this.unwatch = unwatch;
    }

    int size() {
        return queue.size();
    }

    /** Lets a request wait. Returns the request that gives way, which may be this one, or nothing. */
    Optional<OpenRequest> add(OpenRequest open) {
        if (countOf.merge(open.asker(), 1, Integer::sum) == 1) {
            watch.accept(open.asker());
        }
        ReplyRequest request = open.request();
        return queue.offer(
                        request.owner(),
                        request.paid() ? PAID_SHARE : 1,
                        new Waiting(open, System.nanoTime() + waitAtMost))
                .map(this::left);
    }

    /** Takes out the next request, or null when none waits. */
    @Nullable
    OpenRequest poll() {
        Waiting next = queue.poll();
        return next == null ? null : left(next);
    }

    /** The time until a request has waited too long, or nothing when none waits. It looks at every owner. */
    Optional<Duration> untilOverdue() {
        return Optional.ofNullable(queue.oldest())
                .map(oldest -> Duration.ofNanos(Math.max(0, oldest.until() - System.nanoTime())));
    }

    /** Takes out the requests that have waited too long. */
    List<OpenRequest> removeOverdue() {
        long now = System.nanoTime();
        return removeLeft(one -> one.until() - now <= 0);
    }

    List<OpenRequest> removeAll() {
        return removeLeft(one -> true);
    }

    /** Takes out the requests of an asker that has stopped. */
    List<OpenRequest> removeOf(ActorRef<ReplyOutcome> stopped) {
        countOf.remove(stopped);
        return queue.remove(one -> one.open().asker().equals(stopped)).stream()
                .map(Waiting::open)
                .toList();
    }

    private List<OpenRequest> removeLeft(Predicate<Waiting> which) {
        return queue.remove(which).stream().map(this::left).toList();
    }

    private OpenRequest left(Waiting one) {
        ActorRef<ReplyOutcome> asker = one.open().asker();
        if (countOf.merge(asker, -1, (had, less) -> had + less == 0 ? null : had + less) == null) {
            unwatch.accept(asker);
        }
        return one.open();
    }
}
