package io.vibee.boot;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Waiting with a deadline that is generous, for a busy machine is slow and not wrong. */
final class Eventually {

    static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final long AGAIN_AFTER_MILLIS = 40;

    private Eventually() {}

    /** Checks again and again until it holds; at last with the check's own error. */
    static void holds(Runnable check) {
        gives(() -> {
            check.run();
            return "";
        });
    }

    /** The first value that is given without an {@link AssertionError}. */
    static <T> T gives(Supplier<T> check) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return check.get();
            } catch (AssertionError notYet) {
                if (System.nanoTime() > deadline) {
                    throw notYet;
                }
            }
            pause();
        }
    }

    /** Checks that it holds, again and again for so long. */
    static void staysFor(Duration time, Runnable check) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            check.run();
            pause();
        }
    }

    private static void pause() {
        new CompletableFuture<Void>()
                .completeOnTimeout(null, AGAIN_AFTER_MILLIS, TimeUnit.MILLISECONDS)
                .join();
    }

    /** The stage's value. */
    static <T> T value(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw new AssertionError("the stage failed", failed.getCause());
        } catch (TimeoutException | InterruptedException late) {
            throw new AssertionError("nothing within " + PATIENCE, late);
        }
    }
}
