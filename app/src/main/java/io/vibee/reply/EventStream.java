package io.vibee.reply;

import io.vibee.reply.CallResult.Retryable;
import io.vibee.reply.ReplyObserver.CallOutcome;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads server-sent events (WHATWG HTML, 9.2) of at most so many bytes into a {@link StreamedAnswer}. Comments and all fields but
 * {@code data} are passed over.
 */
final class EventStream implements BodySubscriber<CallResult> {
    private final StreamedAnswer answer;
    private final int limit;
    private final Consumer<String> heard;
    private final CompletableFuture<CallResult> result = new CompletableFuture<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final StringBuilder data = new StringBuilder();
    private Flow.@Nullable Subscription subscription;
    private int bytes;
    private int length;

    /**
     * For one answer.
     *
     * @param heard is given the text so far, each time that there is more
     */
    EventStream(StreamedAnswer answer, int limit, Consumer<String> heard) {
        this.answer = answer;
        this.limit = limit;
        this.heard = heard;
    }

    @Override
    public CompletionStage<CallResult> getBody() {
        return result;
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
            while (buffer.hasRemaining() && !result.isDone()) {
                take(buffer.get());
            }
        }
    }

    private void take(byte next) {
        if (++bytes > limit) {
            end(new Retryable(CallOutcome.UNREADABLE, "sent too long an answer"));
        } else if (next != '\n') {
            line.write(next);
        } else {
            lineEnded();
        }
    }

    private void lineEnded() {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        String field = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
        if (field.isEmpty()) {
            eventEnded();
        } else if (field.startsWith("data:")) {
            data.append(data.isEmpty() ? "" : "\n").append(field.substring(field.startsWith("data: ") ? 6 : 5));
        }
    }

    private void eventEnded() {
        if (data.isEmpty()) {
            return;
        }
        boolean last = answer.accept(data.toString());
        data.setLength(0);
        String text = answer.text();
        if (text.length() > length) {
            length = text.length();
            heard.accept(text);
        }
        if (last) {
            result.complete(answer.result());
        }
    }

    private void end(CallResult with) {
        if (subscription != null) {
            subscription.cancel();
        }
        result.complete(with);
    }

    @Override
    public void onError(Throwable failure) {
        result.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        if (!result.isDone()) {
            eventEnded();
        }
        result.complete(answer.result());
    }
}
