package io.vibee.reply;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vibee.reply.Provider.Format;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A provider of chat completions on an ephemeral port. It gives the answers that it was told, one for each call, then
 * the last one again and again, and remembers what it was asked.
 */
final class ModelServer implements AutoCloseable {
    static final String KEY = "sk-test-5f2a9c71d0";

    /** What to do with one call. */
    @FunctionalInterface
    interface Script {
        void play(Call call) throws IOException, InterruptedException;
    }

    /** One call while it is answered. */
    final class Call {
        final HttpExchange exchange;

        private Call(HttpExchange exchange) {
            this.exchange = exchange;
            mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
        }

        /** To be said before the answer leaves: the client may make its next call before this one returns. */
        void over() {
            open.decrementAndGet();
        }

        boolean isClosing(Duration within) throws InterruptedException {
            return closing.await(within.toMillis(), TimeUnit.MILLISECONDS);
        }

        void awaitClosing() throws InterruptedException {
            closing.await();
        }
    }

    /** What was asked. */
    record Asked(
            String method, String path, String authorization, String contentType, String anthropicKey, String body) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Queue<Script> scripts = new ConcurrentLinkedQueue<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger mostOpen = new AtomicInteger();
    final List<Asked> asked = new CopyOnWriteArrayList<>();
    /** For all further calls. */
    private final Script last;

    ModelServer(Script... scripts) {
        this.scripts.addAll(List.of(scripts));
        last = scripts.length == 0 ? answer("Hello!") : scripts[scripts.length - 1];
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failure) {
            throw new IllegalStateException("no server", failure);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        Call call = new Call(exchange);
        try {
            asked.add(new Asked(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getPath(),
                    exchange.getRequestHeaders().getFirst("Authorization"),
                    exchange.getRequestHeaders().getFirst("Content-Type"),
                    String.valueOf(exchange.getRequestHeaders().getFirst("x-api-key")),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            Script script = scripts.poll();
            (script == null ? last : script).play(call);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            exchange.close();
        }
    }

    Provider provider(String name) {
        return provider(name, Duration.ofSeconds(10));
    }

    Provider provider(String name, Duration timeout) {
        return new Provider(
                name,
                Format.CHAT_COMPLETIONS,
                url(),
                KEY,
                "test-model",
                Provider.DEFAULT_FIRST_WORD_WITHIN,
                timeout,
                0);
    }

    /** One that speaks Anthropic's format. */
    Provider anthropic(String name) {
        return new Provider(name, Format.MESSAGES, url(), KEY, "test-model");
    }

    /** With a circuit breaker that no test trips by accident. */
    GuardedProvider guarded(String name) {
        return guard(provider(name));
    }

    static GuardedProvider guard(Provider provider) {
        return new GuardedProvider(
                provider,
                new GuardedProvider.Breaker(100, Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(1)));
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/api/v1");
    }

    int calls() {
        return asked.size();
    }

    int open() {
        return open.get();
    }

    int mostOpenAtOnce() {
        return mostOpen.get();
    }

    static Script answer(String text) {
        return respond(200, completion(text));
    }

    /** A whole answer in the wire format, as OpenAI documents it. */
    static String completion(String text) {
        return """
                {"id":"chatcmpl-1","object":"chat.completion","created":1760000000,"model":"test-model-2026-01-01",
                 "choices":[{"index":0,"message":{"role":"assistant","content":"%s","refusal":null},
                             "logprobs":null,"finish_reason":"stop"}],
                 "usage":{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29},
                 "system_fingerprint":"fp_1"}""".formatted(text);
    }

    /** An error as the API tells it. */
    static String error(String message) {
        return "{\"error\":{\"message\":\"" + message + "\"}}";
    }

    static Script respond(int status, String body, String... headers) {
        return call -> {
            for (int i = 0; i < headers.length; i += 2) {
                call.exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
            }
            call.exchange.getResponseHeaders().add("Content-Type", "application/json");
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            call.over();
            call.exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            call.exchange.getResponseBody().write(bytes);
        };
    }

    /** A body as it is; no content type where that is empty. */
    static Script raw(int status, String type, String body) {
        return call -> send(call, status, type, body.getBytes(StandardCharsets.UTF_8));
    }

    /** The same, sent in pieces of some bytes each. */
    static Script bytes(int status, String type, int each, String body) {
        return call -> {
            call.exchange.getResponseHeaders().add("Content-Type", type);
            call.over();
            call.exchange.sendResponseHeaders(status, 0);
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            for (int at = 0; at < bytes.length; at += each) {
                call.exchange.getResponseBody().write(bytes, at, Math.min(each, bytes.length - at));
                call.exchange.getResponseBody().flush();
            }
        };
    }

    static void send(Call call, int status, String type, byte[] body) throws IOException {
        if (!type.isEmpty()) {
            call.exchange.getResponseHeaders().add("Content-Type", type);
        }
        call.over();
        call.exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        call.exchange.getResponseBody().write(body);
    }

    /** A stream with some lines so many times, a pause before each, and then its events. */
    static Script slowStream(Duration pause, int times, String lines, String events) {
        return call -> {
            call.exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
            call.exchange.sendResponseHeaders(200, 0);
            for (int i = 0; i < times && !call.isClosing(pause); i++) {
                call.exchange.getResponseBody().write(lines.getBytes(StandardCharsets.UTF_8));
                call.exchange.getResponseBody().flush();
            }
            call.over();
            call.exchange.getResponseBody().write(events.getBytes(StandardCharsets.UTF_8));
        };
    }

    /** Sends the same for ever, and says when the other side has closed the connection. */
    static Script endless(String type, String repeated, CompletableFuture<Void> dropped) {
        return call -> {
            call.exchange.getResponseHeaders().add("Content-Type", type);
            send(call, repeated.getBytes(StandardCharsets.UTF_8), dropped);
        };
    }

    /** Server-sent events, and then nothing more, though the connection stays. */
    static Script openStream(String... data) {
        return call -> {
            call.exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
            call.exchange.sendResponseHeaders(200, 0);
            for (String each : data) {
                call.exchange.getResponseBody().write(("data: " + each + "\n\n").getBytes(StandardCharsets.UTF_8));
                call.exchange.getResponseBody().flush();
            }
            call.awaitClosing();
            call.over();
        };
    }

    /** Server-sent events, one for each data, then the end of the answer. */
    static Script stream(String... data) {
        return stream(() -> {}, data);
    }

    /** The same, but the connection breaks instead of the end. */
    static Script cutStream(String... data) {
        return stream(
                () -> {
                    throw new IOException("cut");
                },
                data);
    }

    /** What is done after the last event. */
    @FunctionalInterface
    private interface End {
        void come() throws IOException;
    }

    private static Script stream(End end, String... data) {
        return call -> {
            call.exchange.getResponseHeaders().add("Content-Type", "text/event-stream; charset=utf-8");
            call.over();
            call.exchange.sendResponseHeaders(200, 0);
            for (String each : data) {
                call.exchange.getResponseBody().write(("data: " + each + "\n\n").getBytes(StandardCharsets.UTF_8));
                call.exchange.getResponseBody().flush();
            }
            end.come();
        };
    }

    /** Announces more than it sends, then closes the connection. */
    static Script cutAfter(String beginning) {
        return call -> {
            call.over();
            call.exchange.sendResponseHeaders(200, 10_000);
            call.exchange.getResponseBody().write(beginning.getBytes(StandardCharsets.UTF_8));
            call.exchange.getResponseBody().flush();
        };
    }

    /** Closes the connection without a word. */
    static Script hangUp() {
        return call -> call.over();
    }

    /** Never answers. */
    static Script silence() {
        return call -> {
            call.awaitClosing();
            call.over();
        };
    }

    /** Sends the head and a beginning, then nothing more. */
    static Script stall() {
        return call -> {
            call.exchange.sendResponseHeaders(200, 10_000);
            call.exchange.getResponseBody().write('{');
            call.exchange.getResponseBody().flush();
            call.awaitClosing();
            call.over();
        };
    }

    /** Sends an answer byte by byte without an end, and says when the other side has closed the connection. */
    static Script drip(CompletableFuture<Void> dropped) {
        return call -> send(call, new byte[] {' '}, dropped);
    }

    /** The same in large pieces. */
    static Script flood(CompletableFuture<Void> dropped) {
        return call -> send(call, " ".repeat(1 << 16).getBytes(StandardCharsets.UTF_8), dropped);
    }

    private static void send(Call call, byte[] piece, CompletableFuture<Void> dropped)
            throws IOException, InterruptedException {
        try {
            call.exchange.sendResponseHeaders(200, 0);
            while (!call.isClosing(piece.length == 1 ? Duration.ofMillis(5) : Duration.ZERO)) {
                call.exchange.getResponseBody().write(piece);
                call.exchange.getResponseBody().flush();
            }
        } catch (IOException closed) {
            dropped.complete(null);
            throw closed;
        } finally {
            call.over();
        }
    }

    /** Answers once the gate is open. */
    static Script answerAfter(CountDownLatch gate, String text) {
        return call -> {
            gate.await();
            answer(text).play(call);
        };
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
