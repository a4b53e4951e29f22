package io.vibee.http;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * The exports that run on this node: one for each user, a few in all. An export takes its permit before the answer is made, so that of two
 * requests at once one is refused. It gives the permit back when it ends, or when nobody took the answer in time.
 */
final class RunningExports {

    /** Longer than an answer to a request may take. */
    private static final Duration BEGUN_WITHIN = Duration.ofSeconds(15);

    /** Why there is no permit. */
    enum Refusal {
        OF_USER,
        OF_ALL
    }

    private enum State {
        RESERVED,
        RUNNING,
        OVER
    }

    private final Map<String, Permit> ofUsers = new ConcurrentHashMap<>();
    private final Semaphore free;
    private final ActorSystem<?> system;

    RunningExports(int most, ActorSystem<?> system) {
        this.free = new Semaphore(most);
        this.system = system;
    }

    /** A permit, or why there is none. */
    record Attempt(Optional<Permit> permit, Optional<Refusal> refusal) {}

    /** One user's export. */
    final class Permit {

        private final String userId;
        private final AtomicReference<State> state = new AtomicReference<>(State.RESERVED);

        private Permit(String userId) {
            this.userId = userId;
        }

        /** Whether it may run. Not after it was given up, since another one may run by now. */
        boolean begin() {
            return state.compareAndSet(State.RESERVED, State.RUNNING);
        }

        void end() {
            if (state.getAndSet(State.OVER) != State.OVER) {
                free.release();
                ofUsers.remove(userId, this);
            }
        }

        private void giveUpUnlessBegun() {
            if (state.compareAndSet(State.RESERVED, State.OVER)) {
                free.release();
                ofUsers.remove(userId, this);
            }
        }
    }

    Attempt reserve(String userId) {
        Permit permit = new Permit(userId);
        if (ofUsers.putIfAbsent(userId, permit) != null) {
            return new Attempt(Optional.empty(), Optional.of(Refusal.OF_USER));
        }
        if (!free.tryAcquire()) {
            ofUsers.remove(userId, permit);
            return new Attempt(Optional.empty(), Optional.of(Refusal.OF_ALL));
        }
        system.scheduler().scheduleOnce(BEGUN_WITHIN, permit::giveUpUnlessBegun, system.executionContext());
        return new Attempt(Optional.of(permit), Optional.empty());
    }
}
