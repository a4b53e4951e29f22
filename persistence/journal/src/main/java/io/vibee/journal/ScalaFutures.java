package io.vibee.journal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import scala.concurrent.Future;
import scala.jdk.javaapi.FutureConverters;

/** Turns Java's stages into the Scala futures that Pekko's plugin interfaces ask for. */
public final class ScalaFutures {

    private ScalaFutures() {}

    /** Fails with what really went wrong, not with the {@link CompletionException} that Java wraps around it. */
    public static <T> Future<T> of(CompletionStage<T> stage) {
        CompletableFuture<T> bare = new CompletableFuture<>();
        stage.whenComplete((value, failure) -> {
            if (failure == null) {
                bare.complete(value);
            } else {
                bare.completeExceptionally(bare(failure));
            }
        });
        return FutureConverters.asScala(bare);
    }

    /** As {@link #of}, for a stage whose value does not matter. */
    public static Future<Void> done(CompletionStage<?> stage) {
        return of(stage.thenAccept(value -> {}));
    }

    private static Throwable bare(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }
}
