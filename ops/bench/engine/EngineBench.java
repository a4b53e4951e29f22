import com.sun.management.OperatingSystemMXBean;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.typesafe.config.ConfigFactory;
import io.vibee.moderation.Moderation;
import io.vibee.reply.Chains;
import io.vibee.reply.GuardedProvider;
import io.vibee.reply.Prompt;
import io.vibee.reply.Prompt.Role;
import io.vibee.reply.Prompt.Turn;
import io.vibee.reply.Provider;
import io.vibee.reply.ReplyEngine;
import io.vibee.reply.ReplyOutcome;
import io.vibee.reply.ReplyRequest;
import io.vibee.reply.RetryPolicy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The reply engine alone: requests in, outcomes out, with a model of a given latency in a JVM of its own. The model writes into each
 * answer how long it had the request, so that what is left of a reply's time is the engine's, the HTTP client's and the loopback's.
 */
public final class EngineBench {

    private static final int SECONDS = Integer.getInteger("bench.seconds", 15);
    private static final int WARM_UP_SECONDS = Integer.getInteger("bench.warm-up", 15);
    private static final int SLOTS = Integer.getInteger("bench.slots", 20);
    private static final int TURNS = Integer.getInteger("bench.turns", 3);
    private static final int RAMP_SECONDS = 2;
    private static final Pattern MODEL_NANOS = Pattern.compile("\"content\":\"(\\d+)\"");
    private static final Duration ASK = Duration.ofMinutes(1);

    private record Reply(long elapsedNanos, long modelNanos) {}

    private static final class Replies {
        private final List<Reply> all = new ArrayList<>();

        synchronized void add(Reply reply) {
            all.add(reply);
        }

        synchronized List<Reply> take() {
            return List.copyOf(all);
        }

        synchronized void forget() {
            all.clear();
        }
    }

    private final ActorSystem<Void> system;
    private final URI model;

    private EngineBench(ActorSystem<Void> system, URI model) {
        this.system = system;
        this.model = model;
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 1 && arguments[0].equals("model")) {
            serveModel();
            return;
        }
        Process server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Path.of("ops", "bench", "engine", "EngineBench.java").toString(),
                        "model")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
            URI model = URI.create(out.readLine());
            ActorSystem<Void> system = ActorSystem.create(
                    Behaviors.empty(),
                    "bench",
                    ConfigFactory.parseString("pekko.actor.provider=local, pekko.loglevel=WARNING, pekko.extensions=[],"
                                    + " pekko.library-extensions=[]")
                            .withFallback(ConfigFactory.load()));
            new EngineBench(system, model).run();
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } finally {
            server.destroy();
        }
    }

    private void run() throws Exception {
        closedLoop(0, WARM_UP_SECONDS, 2 * SLOTS);
        System.out.println("| what | slots | model ms | replies/s | of ideal | overhead p50 ms | p99 ms | CPU ms/reply | late p99 ms | rejected |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|");
        double half = SLOTS * 1000.0 / 200 / 2;
        HttpClient bare = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
        for (int turn = 0; turn < TURNS; turn++) {
            print("half load", true, 200, paced(engine(200), half), 0);
            print("half load, no engine", true, 200, paced(askBare(bare, 200), half), 0);
        }
        print("as much as it can", false, 200, closedLoop(200, SECONDS, 2 * SLOTS), SLOTS * 1000.0 / 200);
        Measured most = closedLoop(0, SECONDS, 2 * SLOTS);
        print("as much as it can", false, 0, most, 0);
        for (int turn = 0; turn < TURNS; turn++) {
            print("half of that", true, 0, paced(engine(0), most.perSecond() / 2), 0);
            print("half of that, no engine", true, 0, paced(askBare(bare, 0), most.perSecond() / 2), 0);
        }
        crowd(10_000);
    }

    /** All at once; who is sent away comes again when it was told to. The heap is that of live objects, the requests among them. */
    private void crowd(int requests) throws Exception {
        ActorRef<ReplyEngine.Command> engine = spawned(20);
        List<ReplyRequest> all = Stream.generate(EngineBench::request).limit(requests).toList();
        long before = liveHeap();
        long most = before;
        AtomicLong sentAway = new AtomicLong();
        CountDownLatch answered = new CountDownLatch(requests);
        long began = System.nanoTime();
        all.forEach(request -> untilAnswered(engine, request, sentAway, answered));
        while (!answered.await(500, TimeUnit.MILLISECONDS)) {
            most = Math.max(most, liveHeap());
        }
        System.out.println(String.format(
                Locale.ROOT,
                "%n%d requests at once, 20 slots, 20 ms: all answered after %.1f s, %d times sent away; MB of live objects"
                        + " before %.1f, at most %.1f, after %.1f",
                requests,
                (System.nanoTime() - began) / 1e9,
                sentAway.get(),
                before / 1e6,
                most / 1e6,
                liveHeap() / 1e6));
    }

    private void untilAnswered(
            ActorRef<ReplyEngine.Command> engine, ReplyRequest request, AtomicLong sentAway, CountDownLatch answered) {
        AskPattern.<ReplyEngine.Command, ReplyOutcome>ask(
                        engine, replyTo -> new ReplyEngine.Compose(request, replyTo), ASK, system.scheduler())
                .whenComplete((outcome, failure) -> {
                    if (outcome instanceof ReplyOutcome.Saturated saturated) {
                        sentAway.incrementAndGet();
                        CompletableFuture.delayedExecutor(saturated.retryAfter().toMillis(), TimeUnit.MILLISECONDS)
                                .execute(() -> untilAnswered(engine, request, sentAway, answered));
                    } else {
                        answered.countDown();
                    }
                });
    }

    private static long liveHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private record Measured(
            List<Reply> replies, double seconds, double cpuMillis, long rejected, double lateMillis) {
        double perSecond() {
            return replies.size() / seconds;
        }

        double overhead(double quantile) {
            long[] nanos = replies.stream()
                    .mapToLong(reply -> reply.elapsedNanos() - reply.modelNanos())
                    .sorted()
                    .toArray();
            return nanos[(int) Math.min(nanos.length - 1, Math.round(quantile * nanos.length))] / 1e6;
        }
    }

    private static void print(String what, boolean paced, int latency, Measured measured, double ideal) {
        System.out.println(String.format(
                Locale.ROOT,
                "| %s | %d | %d | %.1f | %s | %s | %s | %.2f | %s | %d |",
                what,
                SLOTS,
                latency,
                measured.perSecond(),
                ideal == 0 ? "" : String.format(Locale.ROOT, "%.1f %%", 100 * measured.perSecond() / ideal),
                paced ? millis(measured.overhead(0.5)) : "",
                paced ? millis(measured.overhead(0.99)) : "",
                measured.cpuMillis() / measured.replies().size(),
                millis(measured.lateMillis()),
                measured.rejected()));
    }

    private static String millis(double millis) {
        return String.format(Locale.ROOT, "%.2f", millis);
    }

    /** A fixed number of requests is always on its way. */
    private Measured closedLoop(int latency, int seconds, int together) throws Exception {
        Asker engine = engine(latency);
        Semaphore room = new Semaphore(together);
        return measure(seconds, (replies, rejected) -> {
            room.acquire();
            engine.ask(replies, rejected, room::release);
        });
    }

    /** So many begin in each second, whatever becomes of the ones before. */
    private static Measured paced(Asker asker, double perSecond) throws Exception {
        long[] next = {System.nanoTime()};
        long step = (long) (1e9 / perSecond);
        return measure(SECONDS, (replies, rejected) -> {
            long wait = next[0] - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(wait);
            }
            next[0] += step;
            asker.ask(replies, rejected, () -> {});
        });
    }

    private interface Asker {
        void ask(Replies replies, AtomicLong rejected, Runnable after);
    }

    private interface Load {
        void next(Replies replies, AtomicLong rejected) throws InterruptedException;
    }

    private static Measured measure(int seconds, Load load) throws Exception {
        Replies replies = new Replies();
        AtomicLong rejected = new AtomicLong();
        // What was under way at the start of the measured time stands for what is under way at its end.
        offer(RAMP_SECONDS, load, replies, rejected);
        replies.forget();
        OperatingSystemMXBean machine = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long began = System.nanoTime();
        long cpu = machine.getProcessCpuTime();
        Lateness lateness = new Lateness();
        offer(seconds, load, replies, rejected);
        lateness.close();
        List<Reply> done = replies.take();
        return new Measured(
                done,
                (System.nanoTime() - began) / 1e9,
                (machine.getProcessCpuTime() - cpu) / 1e6,
                rejected.get(),
                lateness.p99());
    }

    /** How late a thread wakes that does nothing but sleep a millisecond: below that nothing here can be. */
    private static final class Lateness {
        private final List<Long> nanos = new ArrayList<>();
        private final Thread thread = new Thread(this::sample, "lateness");
        private volatile boolean closed;

        Lateness() {
            thread.start();
        }

        private void sample() {
            long step = TimeUnit.MILLISECONDS.toNanos(1);
            while (!closed) {
                long before = System.nanoTime();
                LockSupport.parkNanos(step);
                nanos.add(System.nanoTime() - before - step);
            }
        }

        double p99() {
            List<Long> sorted = nanos.stream().sorted().toList();
            return sorted.get((int) (sorted.size() * 0.99)) / 1e6;
        }

        void close() throws InterruptedException {
            closed = true;
            thread.join();
        }
    }

    private static void offer(int seconds, Load load, Replies replies, AtomicLong rejected)
            throws InterruptedException {
        long began = System.nanoTime();
        while (System.nanoTime() - began < TimeUnit.SECONDS.toNanos(seconds)) {
            load.next(replies, rejected);
        }
    }

    private void ask(ActorRef<ReplyEngine.Command> engine, Replies replies, AtomicLong rejected, Runnable after) {
        long began = System.nanoTime();
        AskPattern.<ReplyEngine.Command, ReplyOutcome>ask(
                        engine, replyTo -> new ReplyEngine.Compose(request(), replyTo), ASK, system.scheduler())
                .whenComplete((outcome, failure) -> {
                    if (outcome instanceof ReplyOutcome.Answered answered) {
                        replies.add(new Reply(System.nanoTime() - began, Long.parseLong(answered.text())));
                    } else {
                        rejected.incrementAndGet();
                    }
                    after.run();
                });
    }

    private static final AtomicLong NUMBER = new AtomicLong();

    /** A conversation of twenty messages, each request another's. */
    private static ReplyRequest request() {
        long number = NUMBER.incrementAndGet();
        List<Turn> turns = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            turns.add(new Turn(
                    i % 2 == 0 ? Role.ASSISTANT : Role.USER,
                    null,
                    "Message " + i + " of conversation " + number + ", as long as people write in a chat."));
        }
        return new ReplyRequest(
                "owner-" + number % 1000,
                "chat-" + number,
                "key",
                "message",
                new Prompt("You answer chat messages. ".repeat(60), turns),
                "en",
                false,
                ReplyRequest.Purpose.REPLY,
                Set.of(),
                false);
    }

    /** The same exchange by the same client, with nothing around it: what is left of an overhead beyond it is the engine's own. */
    private Asker askBare(HttpClient client, int latency) {
        HttpRequest request = HttpRequest.newBuilder(model.resolve("/" + latency + "/v1/chat/completions"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"content\":\"" + "x".repeat(3_500) + "\"}"))
                .build();
        return (replies, rejected, after) -> {
            long began = System.nanoTime();
            client.sendAsync(request, HttpResponse.BodyHandlers.ofString()).whenComplete((answer, failure) -> {
                Matcher told = MODEL_NANOS.matcher(answer == null ? "" : answer.body());
                if (told.find()) {
                    replies.add(new Reply(System.nanoTime() - began, Long.parseLong(told.group(1))));
                } else {
                    rejected.incrementAndGet();
                }
                after.run();
            });
        };
    }

    private Asker engine(int latency) {
        ActorRef<ReplyEngine.Command> engine = spawned(latency);
        return (replies, rejected, after) -> ask(engine, replies, rejected, after);
    }

    private ActorRef<ReplyEngine.Command> spawned(int latency) {
        Provider provider = new Provider(
                "bench", Provider.Format.CHAT_COMPLETIONS, model.resolve("/" + latency + "/v1"), "key", "model");
        return system.systemActorOf(
                ReplyEngine.create(
                        Chains.alike(List.of(new GuardedProvider(provider, GuardedProvider.Breaker.DEFAULT))),
                        new ReplyEngine.Limits(SLOTS, 1000, Duration.ofSeconds(30), Duration.ofSeconds(90)),
                        RetryPolicy.DEFAULT,
                        Moderation.NONE,
                        null,
                        (name, outcome, took) -> {}),
                "engine-" + NUMBER.incrementAndGet(),
                org.apache.pekko.actor.typed.Props.empty());
    }

    /** Answers /{latency in ms}/v1/chat/completions by a stream of events, until its parent ends. */
    private static void serveModel() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", EngineBench::complete);
        server.start();
        System.out.println("http://127.0.0.1:" + server.getAddress().getPort());
        new CountDownLatch(1).await();
    }

    private static void complete(HttpExchange exchange) throws IOException {
        long began = System.nanoTime();
        exchange.getRequestBody().readAllBytes();
        long latency = Long.parseLong(exchange.getRequestURI().getPath().split("/")[1]);
        while (latency > 0 && System.nanoTime() - began < TimeUnit.MILLISECONDS.toNanos(latency)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(latency) - (System.nanoTime() - began));
        }
        String chunk = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"model\":\"model\",\"choices\":[{\"index\":0,"
                + "\"delta\":{%s},\"finish_reason\":%s}]}\n\n";
        byte[] body = (String.format(chunk, "\"content\":\"" + (System.nanoTime() - began) + "\"", "null")
                        + String.format(chunk, "", "\"stop\"")
                        + "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"choices\":[],"
                        + "\"usage\":{\"prompt_tokens\":400,\"completion_tokens\":5}}\n\n"
                        + "data: [DONE]\n\n")
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
