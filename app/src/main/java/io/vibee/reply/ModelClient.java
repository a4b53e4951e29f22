package io.vibee.reply;

import io.vibee.outgoing.OutgoingRequests;
import io.vibee.reply.CallResult.Fault;
import io.vibee.reply.CallResult.Refused;
import io.vibee.reply.CallResult.Retryable;
import io.vibee.reply.CallResult.Unsupported;
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
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls providers. A call holds no thread while it waits, keeps at most 1 MiB, and ends within its time, up to the last byte. It makes one
 * request; its caller decides about another. A failure is a {@link CallResult}. The future fails only because of a defect.
 */
final class ModelClient implements AutoCloseable {
    private static final int LONGEST_BODY = 1 << 20;
    private static final WireFormat CHAT_COMPLETIONS = new ChatCompletions();
    private static final WireFormat MESSAGES = new AnthropicMessages();

    /** Time for what follows the end of an answer: its tokens and the end mark. Some servers keep a stream open. */
    private static final Duration REST_WITHIN = Duration.ofSeconds(2);

    // Virtual threads, since the client resolves names on them, which blocks.
    private final Executor threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("model-", 0).factory());
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(10))
            .followRedirects(HttpClient.Redirect.NEVER) // a redirect would carry the key elsewhere
            .executor(threads)
            .build();
    private final Map<Provider, ProviderTraits> traitsOf = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** Posts JSON once, for at most {@code within}; fails when no whole answer came. */
    CompletableFuture<HttpResponse<BoundedBody.Read>> post(
            URI address, Map<String, String> headers, byte[] body, Duration within) {
        HttpRequest.Builder request = request(address, body).header("Accept", "application/json");
        headers.forEach(request::header);
        CompletableFuture<HttpResponse<BoundedBody.Read>> sent =
                http.sendAsync(request.build(), Unpacked.before(BoundedBody.upTo(LONGEST_BODY)));
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
                .header("Accept-Encoding", "identity")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    }

    /**
     * Asks once, for at most {@code within}.
     *
     * @param heard gets what may be shown of the text so far, each time that there is more, on the client's threads
     */
    CompletableFuture<CallResult> complete(
            Provider provider, Prompt prompt, Duration within, Consumer<Supplier<String>> heard) {
        WireFormat wire = wire(provider.format());
        ProviderTraits traits = traitsOf.computeIfAbsent(provider, first -> new ProviderTraits());
        ProviderTraits.Known known = traits.known();
        HttpRequest.Builder request = request(wire.address(provider), wire.request(provider, prompt, known))
                .header("Accept", "text/event-stream, application/json");
        wire.headers(provider).forEach(request::header);
        Waiting waiting = new Waiting(heard);
        CompletableFuture<HttpResponse<CallResult>> sent =
                http.sendAsync(request.build(), Unpacked.before(head -> body(head, wire, known, waiting)));
        // On JDKs before 26 HttpRequest.timeout ends with the head of the answer (JDK-8208693), so this is our own.
        CompletableFuture<CallResult> result = sent.thenApply(HttpResponse::body);
        waiting.limit(provider.firstWordWithin(), within, result);
        return result.copy()
                .orTimeout(within.toNanos(), TimeUnit.NANOSECONDS)
                .handleAsync( // off the JDK's one timer thread
                        (answer, failure) -> {
                            waiting.over();
                            if (!sent.isDone()) {
                                sent.cancel(true); // closes the connection of a call that ran out of time
                            }
                            CallResult whole = answer == null ? waiting.whole() : answer;
                            if (whole instanceof Unsupported unsupported) {
                                traits.refused(unsupported.option());
                            }
                            return whole == null ? failed(Objects.requireNonNull(failure)) : whole;
                        },
                        threads);
    }

    private static WireFormat wire(Provider.Format format) {
        return switch (format) {
            case CHAT_COMPLETIONS -> CHAT_COMPLETIONS;
            case MESSAGES -> MESSAGES;
        };
    }

    private static HttpResponse.BodySubscriber<CallResult> body(
            HttpResponse.ResponseInfo head, WireFormat wire, ProviderTraits.Known known, Waiting waiting) {
        int status = head.statusCode();
        String type =
                head.headers().firstValue("Content-Type").orElse("").strip().toLowerCase(Locale.ROOT);
        boolean events = type.startsWith("text/event-stream");
        Duration retryAfter = RetryAfter.in(head.headers(), Instant.now());
        if (status < 200 || status > 299) {
            waiting.begun();
            return HttpResponse.BodySubscribers.mapping(
                    BoundedBody.upTo(LONGEST_BODY).apply(head), body -> wire.read(status, body, retryAfter, known));
        }
        if (type.startsWith("application/json")) {
            waiting.begun();
        }
        return new AnswerBody(events, wire.stream(known), body -> wire.read(status, body, retryAfter, known), waiting);
    }

    /**
     * What a call waits for: a sign of life within the time for the first word, then the answer's beginning, then its end. The beginning
     * must come within three quarters of the whole time, since comments alone could go on forever.
     */
    private static final class Waiting implements CallProgress {
        private final Consumer<Supplier<String>> heard;
        private final CompletableFuture<Void> alive = new CompletableFuture<>();
        private final CompletableFuture<Void> begun = new CompletableFuture<>();
        private final CompletableFuture<CallResult> finished = new CompletableFuture<>();
        private volatile boolean abandoned;

        private Waiting(Consumer<Supplier<String>> heard) {
            this.heard = heard;
        }

        void limit(Duration firstWordWithin, Duration within, CompletableFuture<CallResult> result) {
            if (firstWordWithin.compareTo(within) < 0) {
                // Not by Duration's own arithmetic, which takes a dozen objects for it.
                Duration most = Duration.ofNanos(within.toNanos() / 4 * 3);
                limit(alive, firstWordWithin, result);
                limit(begun, most.compareTo(firstWordWithin) > 0 ? most : firstWordWithin, result);
            }
            finished.thenAcceptAsync(
                            result::complete,
                            CompletableFuture.delayedExecutor(REST_WITHIN.toNanos(), TimeUnit.NANOSECONDS))
                    .exceptionally(impossible -> null);
        }

        private static void limit(CompletableFuture<Void> sign, Duration within, CompletableFuture<CallResult> result) {
            sign.orTimeout(within.toNanos(), TimeUnit.NANOSECONDS).exceptionally(late -> {
                result.completeExceptionally(new TimeoutException());
                return null;
            });
        }

        /** From now on it reports nothing. */
        synchronized void over() {
            abandoned = true;
            begun();
        }

        @Override
        public boolean isAbandoned() {
            return abandoned;
        }

        /** The answer, if all of it came although its end did not. */
        @Nullable
        CallResult whole() {
            return finished.isDone() ? finished.join() : null;
        }

        @Override
        public void alive() {
            alive.complete(null);
        }

        @Override
        public void begun() {
            alive.complete(null);
            begun.complete(null);
        }

        @Override
        public synchronized void heard(Supplier<String> shown) {
            if (!abandoned) {
                heard.accept(shown);
            }
        }

        @Override
        public void finished(CallResult result) {
            finished.complete(result);
        }
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
