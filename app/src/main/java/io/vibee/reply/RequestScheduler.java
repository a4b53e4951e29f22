package io.vibee.reply;

import io.vibee.reply.ReplyOutcome.Saturated;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * Decides which requests the engine works on, which wait, and which it sends away, and answers each of them once. The engine does the work.
 * Not thread-safe.
 */
final class RequestScheduler {

    /** For those who may ask again at once: at another node, or at this one's next start. */
    static final Saturated ASK_AGAIN = new Saturated(Workload.SHORTEST_RETRY);

    private final Workload workload;
    private final WaitingRequests waiting;
    private final InFlightRequests inFlight = new InFlightRequests();
    private boolean draining;

    RequestScheduler(Workload workload, WaitingRequests waiting) {
        this.workload = workload;
        this.waiting = waiting;
    }

    /** Whether a request is the first for its answer; if not, it gets that one's outcome. */
    boolean leads(OpenRequest open) {
        return inFlight.leads(open);
    }

    /** Whether the engine may begin a request now; if not, the request waits, or it or another is sent away. */
    boolean admits(OpenRequest open) {
        if (draining) {
            answer(open, ASK_AGAIN);
            return false;
        }
        if (workload.hasRoom()) {
            return true;
        }
        waiting.add(open).ifPresent(this::sendAway);
        return false;
    }

    /** Takes out the waiting request that the engine may begin now, or null. */
    @Nullable
    OpenRequest next() {
        return workload.hasRoom() ? waiting.poll() : null;
    }

    /** The engine has begun a request, under a new id. */
    void begun(long id, OpenRequest open) {
        workload.begin(id, open);
    }

    /** The work under this id has ended. Returns null when it is no longer the engine's. */
    Workload.@Nullable Ended ended(long id) {
        return workload.end(id);
    }

    /** Answers a request, and those that wait for the same answer. */
    void answer(OpenRequest open, ReplyOutcome outcome) {
        inFlight.answer(open, outcome);
    }

    /** The time until a request has waited too long, or nothing when none waits. */
    Optional<Duration> untilOverdue() {
        return waiting.untilOverdue();
    }

    void sendAwayOverdue() {
        waiting.removeOverdue().forEach(this::sendAway);
    }

    private void sendAway(OpenRequest open) {
        answer(open, new Saturated(workload.retryAfter(waiting.size())));
    }

    /** Drops the waiting requests of an asker that has stopped. Others who wait for the same answers ask anew. */
    void forget(ActorRef<ReplyOutcome> asker) {
        waiting.removeOf(asker).forEach(open -> inFlight.answerFollowers(open, ASK_AGAIN));
    }

    /** From now on sends away what waits and what comes. */
    void drain() {
        draining = true;
        sendAwayWaiting();
    }

    boolean isDraining() {
        return draining;
    }

    /** Whether it drains and nothing is left to finish. */
    boolean isDrained() {
        return draining && workload.isIdle();
    }

    /** Sends away every request, with no failure: each asker asks again. */
    void stop() {
        sendAwayWaiting();
        workload.endAll().forEach(open -> answer(open, ASK_AGAIN));
    }

    private void sendAwayWaiting() {
        waiting.removeAll().forEach(open -> answer(open, ASK_AGAIN));
    }
}
