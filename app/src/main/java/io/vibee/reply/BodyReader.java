package io.vibee.reply;

import java.net.http.HttpResponse.BodySubscriber;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Makes one result of a body, which comes in pieces and without a pause. A reader may have its result before the end: it cuts off the rest,
 * and the connection closes.
 */
abstract class BodyReader<T> implements BodySubscriber<T> {
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private Flow.@Nullable Subscription subscription;

    @Override
    public final CompletionStage<T> getBody() {
        return result;
    }

    @Override
    public final void onSubscribe(Flow.Subscription given) {
        if (subscription != null) {
            given.cancel();
            return;
        }
        subscription = given;
        given.request(Long.MAX_VALUE);
    }

    @Override
    public void onError(Throwable failure) {
        result.completeExceptionally(failure);
    }

    /** Whether the result is there. What comes later changes nothing. */
    final boolean isDone() {
        return result.isDone();
    }

    /** Gives the result, and reads the rest without using it. */
    final void complete(T with) {
        result.complete(with);
    }

    /** Gives the result, and reads no more. */
    final void cutOff(T with) {
        if (subscription != null) {
            subscription.cancel();
        }
        result.complete(with);
    }
}
