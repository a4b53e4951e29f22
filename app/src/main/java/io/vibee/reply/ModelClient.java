package io.vibee.reply;

import io.vibee.outgoing.OutgoingRequests;
import io.vibee.reply.CallResult.Fault;
import io.vibee.reply.CallResult.Refused;
import io.vibee.reply.CallResult.Retryable;
import io.vibee.reply.ReplyObserver.CallOutcome;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Calls providers. A call holds no thread while it waits, reads 1 MiB at most, and ends within its
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

    /** Posts JSON once, for at most {@code within}; fails when no whole answer came. */
    CompletableFuture<HttpResponse<BoundedBody.Read>> post(
            URI address, Map<String, String> headers, byte[] body, Duration within) {
        HttpRequest.Builder request = request(address, body).header("Accept", "application/json");
        headers.forEach(request::header);
        CompletableFuture<HttpResponse<BoundedBody.Read>> sent =
                http.sendAsync(request.build(), BoundedBody.upTo(LONGEST_BODY));
        return sent.copy()
                .orTimeout(within.toNanos(), TimeUnit.NANOSECONDS)
                .whenCompleteAsync((answer, failure) -> sent.cancel(true), threads);
    }

    private static HttpRequest.Builder request(URI address, byte[] body) {
        return OutgoingRequests.to(address)
                .version(
                        // Over plain HTTP the client would ask for an upgrade, which simple servers answer badly.
                        "https".equals(address.getScheme()) ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    }

    /**
     * Asks once, for at most {@code within}.
     *
     * @param heard is given the text so far, each time that there is more, on the client's threads
     */
    CompletableFuture<CallResult> complete(Provider provider, Prompt prompt, Duration within, Consumer<String> heard) {
        WireFormat wire = provider.format().wire();
        HttpRequest.Builder request = request(wire.address(provider), wire.request(provider, prompt))
                .header("Accept", "text/event-stream, application/json");
        wire.headers(provider).forEach(request::header);
        CompletableFuture<Void> begun = new CompletableFuture<>();
        CompletableFuture<HttpResponse<CallResult>> sent = http.sendAsync(request.build(), head -> {
            if (isStream(head)) {
                return new EventStream(wire.stream(), LONGEST_BODY, text -> {
                    begun.complete(null);
                    heard.accept(text);
                });
            }
            begun.complete(null);
            return HttpResponse.BodySubscribers.mapping(
                    BoundedBody.upTo(LONGEST_BODY).apply(head),
                    body -> wire.read(head.statusCode(), body, RetryAfter.in(head.headers(), Instant.now())));
        });
        // HttpRequest.timeout ends with the head of the answer on the JDKs before 26 (JDK-8208693), hence our own.
        CompletableFuture<CallResult> result = sent.thenApply(HttpResponse::body);
        if (provider.firstWordWithin().compareTo(within) < 0) {
            begun.orTimeout(provider.firstWordWithin().toNanos(), TimeUnit.NANOSECONDS)
                    .exceptionally(late -> {
                        result.completeExceptionally(new TimeoutException());
                        return null;
                    });
        }
        return result.copy()
                .orTimeout(within.toNanos(), TimeUnit.NANOSECONDS)
                .handleAsync( // off the JDK's one timer thread
                        (answer, failure) -> {
                            begun.complete(null);
                            if (failure == null) {
                                return answer;
                            }
                            sent.cancel(true); // closes the connection of a call that ran out of time
                            return failed(failure);
                        },
                        threads);
    }

    private static boolean isStream(HttpResponse.ResponseInfo head) {
        return head.statusCode() == 200
                && head.headers()
                        .firstValue("Content-Type")
                        .filter(type -> type.toLowerCase(Locale.ROOT).startsWith("text/event-stream"))
                        .isPresent();
    }

    /** Completes after a pause, on this client's threads. */
    CompletableFuture<Void> after(Duration pause) {
        Executor then = pause.isZero()
                ? threads
                : CompletableFuture.delayedExecutor(pause.toNanos(), TimeUnit.NANOSECONDS, threads);
        return CompletableFuture.runAsync(() -> {}, then);
    }

    private CallResult failed(Throwable wrapped) {
        Throwable failure =
                wrapped instanceof CompletionException && wrapped.getCause() != null ? wrapped.getCause() : wrapped;
        if (closed) {
            return new Refused("was not asked to the end: the engine stopped", Fault.REQUEST);
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
