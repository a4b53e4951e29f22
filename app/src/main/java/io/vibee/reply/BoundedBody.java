package io.vibee.reply;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Collects a body up to a limit. It cuts off a longer one, closes the connection, and never reads the rest. */
final class BoundedBody implements BodySubscriber<BoundedBody.Read> {
    private final int limit;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CompletableFuture<Read> read = new CompletableFuture<>();
    private Flow.@Nullable Subscription subscription;

    private BoundedBody(int limit) {
        this.limit = limit;
    }

    /** The bytes that were read; {@code whole} is false when the body exceeded the limit. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Read(byte[] bytes, boolean whole) {}

    static BodyHandler<Read> upTo(int limit) {
        return head -> new BoundedBody(limit);
    }

    @Override
    public CompletionStage<Read> getBody() {
        return read;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        if (subscription != null) {
            given.cancel();
            return;
        }
        subscription = given;
        given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            if (read.isDone()) {
                return;
            }
            int taken = Math.min(buffer.remaining(), limit - bytes.size());
            boolean fits = taken == buffer.remaining();
            byte[] chunk = new byte[taken];
            buffer.get(chunk);
            bytes.write(chunk, 0, taken);
            if (!fits) {
                if (subscription != null) {
                    subscription.cancel();
                }
                read.complete(new Read(bytes.toByteArray(), false));
            }
        }
    }

    @Override
    public void onError(Throwable failure) {
        read.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        read.complete(new Read(bytes.toByteArray(), true));
    }
}
