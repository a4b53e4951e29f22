package io.vibee.sandbox;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorSystem;

/** Runs actions later, without a thread that waits for them. */
final class Timing {
    private final ActorSystem<?> system;

    Timing(ActorSystem<?> system) {
        this.system = system;
    }

    Executor executor() {
        return system.executionContext();
    }

    Cancellable after(Duration delay, Runnable action) {
        return system.scheduler().scheduleOnce(delay, action, system.executionContext());
    }

    <T> CompletionStage<T> stageAfter(Duration delay, Supplier<CompletionStage<T>> action) {
        if (delay.isZero()) {
            return action.get();
        }
        var done = new CompletableFuture<T>();
        after(
                delay,
                () -> action.get().whenComplete((value, failure) -> {
                    if (failure != null) {
                        done.completeExceptionally(failure);
                    } else {
                        done.complete(value);
                    }
                }));
        return done;
    }
}
