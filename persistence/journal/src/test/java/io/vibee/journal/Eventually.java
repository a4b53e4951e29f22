package io.vibee.journal;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** How tests wait: for a condition, with a deadline that is generous, for a busy machine is slow and not wrong. */
public final class Eventually {

    public static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Duration LOOK_AGAIN_AFTER = Duration.ofMillis(40);

    private Eventually() {}

    /** Checks again and again until it holds; at last with the check's own error. */
    public static void holds(Runnable check) {
        gives(() -> {
            check.run();
            return "";
        });
    }

    /** The first value that is given without an {@link AssertionError}. */
    public static <T> T gives(Supplier<T> check) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return check.get();
            } catch (AssertionError notYet) {
                if (System.nanoTime() > deadline) {
                    throw notYet;
                }
            }
            pass(LOOK_AGAIN_AFTER);
        }
    }

    /** Waits until it is so; an error says what was waited for when it doesn't come. */
    public static void until(String what, Callable<Boolean> condition) {
        until(what, PATIENCE, condition);
    }

    /** The same, never longer than told. */
    public static void until(String what, Duration within, Callable<Boolean> condition) {
        long deadline = System.nanoTime() + within.toNanos();
        while (!isSo(what, condition)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + within + ": " + what);
            }
            pass(LOOK_AGAIN_AFTER);
        }
    }

    private static boolean isSo(String what, Callable<Boolean> condition) {
        try {
            return condition.call();
        } catch (Exception failure) {
            throw new AssertionError("nobody can say whether " + what, failure);
        }
    }

    /** Checks that it holds, again and again for so long. */
    public static void staysFor(Duration time, Runnable check) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            check.run();
            pass(LOOK_AGAIN_AFTER);
        }
    }

    /** Lets time pass; for load and random moments, not for conditions. */
    public static void pass(Duration time) {
        new CompletableFuture<Void>()
                .completeOnTimeout(null, time.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    /** The stage's value. */
    public static <T> T value(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw new AssertionError("the stage failed: " + failed.getCause(), failed.getCause());
        } catch (TimeoutException | InterruptedException late) {
            throw new AssertionError("nothing within " + PATIENCE, late);
        }
    }
}
