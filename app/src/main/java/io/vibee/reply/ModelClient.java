package io.vibee.reply;

import io.vibee.reply.CallResult.Final;
import io.vibee.reply.CallResult.Retryable;
import io.vibee.reply.ReplyObserver.CallOutcome;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Calls OpenAI-compatible providers. A call holds no thread while it waits, reads 1 MiB at most, and ends within its
 * time, counted up to the last byte. It makes one request: whoever calls it decides on another. What went wrong is a
 * {@link CallResult}; a future of it fails only by a defect.
 */
final class ModelClient implements AutoCloseable {
    private static final int LONGEST_BODY = 1 << 20;

    // Virtual threads, for the client resolves names on them, which blocks.
    private final Executor threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("model-", 0).factory());
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(10))
            .followRedirects(HttpClient.Redirect.NEVER) // a redirect would carry the key elsewhere
            .executor(threads)
            .build();
    private volatile boolean closed;

    /** Asks once, for at most {@code within}. */
    CompletableFuture<CallResult> complete(Provider provider, Prompt prompt, Duration within) {
        HttpRequest request = HttpRequest.newBuilder(provider.chatCompletions())
                .version(
                        // Over plain HTTP the client would ask for an upgrade, which simple servers answer badly.
                        "https".equals(provider.baseUrl().getScheme())
                                ? HttpClient.Version.HTTP_2
                                : HttpClient.Version.HTTP_1_1)
                .header("Authorization", "Bearer " + provider.apiKey())
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(ChatCompletions.request(provider.model(), prompt)))
                .build();
        CompletableFuture<HttpResponse<BoundedBody.Read>> sent =
                http.sendAsync(request, BoundedBody.upTo(LONGEST_BODY));
        // HttpRequest.timeout ends with the head of the answer on the JDKs before 26 (JDK-8208693), hence our own.
        return sent.copy()
                .orTimeout(within.toNanos(), TimeUnit.NANOSECONDS)
                .handleAsync( // off the JDK's one timer thread
                        (response, failure) -> {
                            if (failure == null) {
                                return read(response);
                            }
                            sent.cancel(true); // closes the connection of a call that ran out of time
                            return failed(failure);
                        },
                        threads);
    }

    /** Completes after a pause, on this client's threads. */
    CompletableFuture<Void> after(Duration pause) {
        Executor then = pause.isZero()
                ? threads
                : CompletableFuture.delayedExecutor(pause.toNanos(), TimeUnit.NANOSECONDS, threads);
        return CompletableFuture.runAsync(() -> {}, then);
    }

    private static CallResult read(HttpResponse<BoundedBody.Read> response) {
        return ChatCompletions.read(
                response.statusCode(), response.body(), RetryAfter.in(response.headers(), Instant.now()));
    }

    private CallResult failed(Throwable wrapped) {
        Throwable failure =
                wrapped instanceof CompletionException && wrapped.getCause() != null ? wrapped.getCause() : wrapped;
        if (closed) {
            return new Final("was not asked to the end: the engine stopped");
        }
        return switch (failure) {
            case TimeoutException late -> new Retryable(CallOutcome.TIMED_OUT, "did not answer in time");
            case HttpTimeoutException late -> new Retryable(CallOutcome.TIMED_OUT, "could not be connected in time");
            case IOException lost -> new Retryable(CallOutcome.DISCONNECTED, "could not be reached or cut the answer");
            default -> throw new CompletionException(failure);
        };
    }

    /** Ends the calls in flight at once. */
    @Override
    public void close() {
        closed = true;
        http.shutdownNow();
    }
}
