package io.vibee.boot;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Waiting for a condition, never longer than told. */
final class Waiting {
    private static final long LOOK_AGAIN_MILLIS = 100;

    private Waiting() {}

    /** An error that says what was waited for when it doesn't come in time. */
    static void until(String what, Duration within, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + within.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + within + ": " + what);
            }
            pass(Duration.ofMillis(LOOK_AGAIN_MILLIS));
        }
    }

    /** Lets time pass; for load and random moments, not for conditions. */
    static void pass(Duration time) {
        new CompletableFuture<Void>()
                .completeOnTimeout(null, time.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }
}
