import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import io.vibee.persistence.embedded.EmbeddedDatabase;
import io.vibee.sandbox.BotApiServer;
import io.vibee.sandbox.ModelServer;
import io.vibee.sandbox.SandboxBot;
import io.vibee.sandbox.SandboxChat;
import io.vibee.sandbox.SandboxUser;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Measures what Vibee does and what it costs, by {@link Scenario}. Vibee runs as it is delivered, in a JVM of its own on its embedded
 * PostgreSQL; Telegram, the model and the people who write live in this one. One run is one line of a table; see README.md.
 */
public final class Bench {
    private static final int CHATS_OF_ONE_SESSION = 50;
    private static final Duration MODEL_OF_PACED = Duration.ofMillis(200);
    private static final Duration IDLE_MEASURED = Duration.ofSeconds(60);
    private static final int STARTS = 3;
    private static final List<String> WORDS = List.of(
            "garden", "train", "Friday", "invoice", "blue", "kitchen", "ticket", "doctor", "window", "coffee", "meeting", "green",
            "winter", "parcel", "school", "market", "bicycle", "dinner", "letter", "mountain", "music", "number", "office", "paper",
            "question", "river", "street", "summer", "table", "water", "weather", "yellow", "answer", "bread", "cinema", "dentist");
    private static final Duration PACE = Duration.ofMillis(200);
    private static final int TICKS_PER_SECOND = 100;
    /** Until a scrape has all that was before: Vibee looks at its mailboxes every 10 s, Kamon's tick is 5 s. */
    private static final Duration SCRAPED_AFTER = Duration.ofSeconds(16);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Scenario scenario;
    private final int sessions;
    /** Replies before anything is measured: the JVM compiles by counts, not by time. */
    private final int warmUp = Integer.getInteger("bench.warm-up", 5_000);

    private final Duration warmUpWithin = Duration.ofSeconds(Long.getLong("bench.warm-up-within", 120));
    private final Duration measured = Duration.ofSeconds(Long.getLong("bench.seconds", 30));
    private final Duration idle = Duration.ofSeconds(Long.getLong("bench.idle", 20));
    private final Duration paced = Duration.ofSeconds(Long.getLong("bench.paced", 30));
    private final int writers;
    /** What is switched off, by the names of {@link #FEATURES}. */
    private final Set<String> off = Set.of(System.getProperty("bench.off", "").split(","));
    /** How bots get what is written to them: {@code polling} or {@code webhook}. */
    private final String delivery = System.getProperty("bench.delivery", "polling");
    /** Messages that are written one after the other to count what actors say to each other for one; 0 for none. */
    private final int hops = Integer.getInteger("bench.hops", 0);

    private final Path data;
    private final int port;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ActorSystem<?> system = ActorSystem.create(
            Behaviors.empty(),
            "bench",
            ConfigFactory.parseString("pekko.actor.provider = local, pekko.loglevel = WARNING")
                    .withFallback(ConfigFactory.defaultReference())
                    .resolve());
    private final BotApiServer telegram = BotApiServer.start(system, 0).toCompletableFuture().join();
    private final ModelServer model = ModelServer.start(system, 0).toCompletableFuture().join();
    /** Where the PostgreSQL lies: Vibee's own, or one that was there before it. */
    private final Path database;

    /** Null where Vibee starts its own. */
    private final EmbeddedDatabase apart;
    private Process vibee;
    private String token = "";

    private Bench(Scenario scenario) throws Exception {
        this.scenario = scenario;
        sessions = scenario.sessions();
        writers = Integer.getInteger("bench.writers", scenario.writers());
        data = Files.createTempDirectory("vibee-bench-data");
        boolean isApart = Boolean.getBoolean("bench.database-apart");
        database = data.resolve(isApart ? "database" : "vibee");
        apart = isApart ? EmbeddedDatabase.start(database) : null;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
    }

    /** What switches off a feature which is on by default. */
    private static final Map<String, Map.Entry<String, String>> FEATURES = Map.of(
            "cache", Map.entry("VIBEE_AI_CACHE_TTL", "0"),
            "moderation", Map.entry("VIBEE_MODERATION_REPEATS", "0"),
            "summaries", Map.entry("VIBEE_AI_SUMMARIES", "false"),
            "recall", Map.entry("VIBEE_AI_RECALL", "false"));

    /**
     * What is measured.
     *
     * @param chats of each session
     * @param writers who each write again when the last message is answered; 0: messages come at a rate
     */
    private record Scenario(String name, Kind kind, int sessions, int chats, int writers) {
        enum Kind {
            /** Each writer goes on in another of its chats. */
            TALK,
            /** Each message is the first that its writer sends. */
            STRANGERS,
            /** Messages come at a rate, whether the last are answered or not, and the model takes its time. */
            PACED,
            IDLE,
            START
        }

        /** By its name, or a number of sessions. */
        static Scenario of(String name) {
            return switch (name) {
                case "long-chats" -> new Scenario(name, Kind.TALK, 100, 1, 100);
                case "many-chats" -> new Scenario(name, Kind.TALK, 1_000, 5, 500);
                case "many-bots" -> new Scenario(name, Kind.TALK, 10_000, 1, 500);
                case "new-chats" -> new Scenario(name, Kind.STRANGERS, 100, 1, 50);
                case "paced" -> new Scenario(name, Kind.PACED, 20, 5, 0);
                case "idle" -> new Scenario(name, Kind.IDLE, Integer.getInteger("bench.sessions", 1_000), 1, 0);
                case "start" -> new Scenario(name, Kind.START, 0, 0, 0);
                default -> {
                    int sessions = Integer.parseInt(name);
                    yield new Scenario(name, Kind.TALK, sessions, sessions == 1 ? CHATS_OF_ONE_SESSION : 1, 50);
                }
            };
        }
    }

    /** One bot's chat with one person, and how often the bot has written there. */
    private static final class Talk {
        final SandboxBot bot;
        final SandboxUser user;
        final SandboxChat chat;
        final AtomicLong answers = new AtomicLong();

        Talk(SandboxBot bot, SandboxUser user, SandboxChat chat) {
            this.bot = bot;
            this.user = user;
            this.chat = chat;
        }
    }

    /** What the kernel and the server have counted so far. */
    private record Reading(
            long nanos,
            long jvmTicks,
            long jitTicks,
            long collectorTicks,
            long postgresTicks,
            long commits,
            Map<String, Long> rows,
            long wal,
            Map<String, Long> calls) {}

    public static void main(String[] arguments) throws Exception {
        Locale.setDefault(Locale.ROOT);
        for (String name : arguments) {
            var bench = new Bench(Scenario.of(name));
            try {
                switch (bench.scenario.kind()) {
                    case TALK, STRANGERS -> bench.run();
                    case PACED -> bench.paced();
                    case IDLE -> bench.idle();
                    case START -> bench.starts();
                }
            } finally {
                bench.stop();
            }
        }
        System.exit(0);
    }

    private void run() throws Exception {
        startVibee();
        long emptyHeap = heapAfterCollection();
        List<Talk> talks = connect();
        awaitIdle();
        long idleHeap = heapAfterCollection();
        Reading idleFrom = read();
        pass(idle);
        Reading idleTo = read();
        long rssIdle = kilobytes("VmRSS");

        var latencies = new ConcurrentLinkedQueue<Long>();
        var counting = new AtomicInteger();
        var writing = new AtomicInteger(1);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
            List<Talk> own = new ArrayList<>();
            for (int i = writer; i < talks.size(); i += writers) {
                own.add(talks.get(i));
            }
            if (!own.isEmpty()) {
                all.add(write(own, 0, latencies, counting, writing));
            }
        }
        counting.set(1);
        long warmUntil = System.nanoTime() + warmUpWithin.toNanos();
        while (latencies.size() < warmUp && System.nanoTime() < warmUntil) {
            pass(Duration.ofMillis(100));
        }
        latencies.clear();
        Reading from = read();
        pass(measured);
        counting.set(0);
        Reading to = read();
        long[] sorted = latencies.stream().mapToLong(Long::longValue).sorted().toArray();
        long threads = number(status("Threads"));
        long rss = kilobytes("VmRSS");
        writing.set(0);
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);

        double seconds = (to.nanos - from.nanos) / 1e9;
        int replies = sorted.length;
        System.out.printf(
                "| %s | %d | %.0f | %.0f | %.0f | %.2f | %.2f | %.2f | %.2f | %d | %d | %.1f%% | %.1f%% | %.1f | %s |%n",
                scenario.name(),
                Math.min(writers, talks.size()),
                replies / seconds,
                sorted[replies / 2] / 1e6,
                sorted[(int) (replies * 0.99)] / 1e6,
                cpuMillis(to.jvmTicks - from.jvmTicks) / replies,
                cpuMillis(to.jitTicks - from.jitTicks) / replies,
                cpuMillis(to.collectorTicks - from.collectorTicks) / replies,
                cpuMillis(to.postgresTicks - from.postgresTicks) / replies,
                rss / 1024,
                threads,
                cpuMillis(idleTo.jvmTicks - idleFrom.jvmTicks) / idle.toMillis() * 100,
                cpuMillis(idleTo.postgresTicks - idleFrom.postgresTicks) / idle.toMillis() * 100,
                (idleHeap - emptyHeap) / (double) sessions,
                load());
        System.out.printf(
                "  per reply: %.2f commits, %.0f bytes of WAL, rows written: %s, calls: %s; idle: %.1f commits/s, resident %d MB%n",
                (to.commits - from.commits) / (double) replies,
                (to.wal - from.wal) / (double) replies,
                perReply(from.rows, to.rows, replies),
                perReply(from.calls, to.calls, replies),
                (idleTo.commits - idleFrom.commits) / (idle.toMillis() / 1000.0),
                rssIdle / 1024);
        if (paced.isPositive()) {
            awaitIdle();
            Map<String, Long> rowsBefore = rowLatencies();
            AtomicInteger on = new AtomicInteger(1);
            CompletableFuture<Void> person = writeEvery(PACE, talks.getFirst(), on);
            pass(paced);
            on.set(0);
            person.get(60, TimeUnit.SECONDS);
            System.out.println("  a message every " + PACE.toMillis() + " ms, rows of the read tables within s: "
                    + within(rowsBefore, rowLatencies()));
        }
        if (hops > 0) {
            countHops(talks);
        }
    }

    /** Messages at each rate, and how long their answers took beyond the model. */
    private void paced() throws Exception {
        model.latency(MODEL_OF_PACED);
        startVibee();
        List<Talk> talks = connect();
        for (String each : System.getProperty("bench.rates", "20,20,100").split(",")) {
            int rate = Integer.parseInt(each);
            var latencies = new ConcurrentLinkedQueue<Long>();
            List<CompletableFuture<?>> answers = new ArrayList<>();
            Reading from = read();
            long started = System.nanoTime();
            for (long sent = 0; sent < rate * measured.toSeconds(); sent++) {
                long due = started + sent * TimeUnit.SECONDS.toNanos(1) / rate;
                pass(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
                answers.add(say(talks.get((int) (sent * 7 % talks.size())))
                        .thenRun(() -> latencies.add(System.nanoTime() - due)));
            }
            CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).get(120, TimeUnit.SECONDS);
            Reading to = read();
            long[] sorted = latencies.stream().mapToLong(Long::longValue).sorted().toArray();
            System.out.printf(
                    "| paced %d/s | %d replies | beyond the model: p50 %.1f ms | p99 %.1f ms | JVM %.2f ms | PostgreSQL %.2f ms | load %s |%n",
                    rate,
                    sorted.length,
                    sorted[sorted.length / 2] / 1e6 - MODEL_OF_PACED.toMillis(),
                    sorted[(int) (sorted.length * 0.99)] / 1e6 - MODEL_OF_PACED.toMillis(),
                    cpuMillis(to.jvmTicks - from.jvmTicks) / sorted.length,
                    cpuMillis(to.postgresTicks - from.postgresTicks) / sorted.length,
                    load());
        }
    }

    /** What sessions to which nobody writes cost. */
    private void idle() throws Exception {
        startVibee();
        connect();
        awaitIdle();
        pass(IDLE_MEASURED);
        Reading from = read();
        pass(IDLE_MEASURED);
        Reading to = read();
        System.out.printf(
                "| idle, %d sessions | JVM %.2f%% of a core | of it JIT %.2f%% | PostgreSQL %.2f%% | %.1f commits/s | resident %d MB | threads %d | load %s |%n",
                sessions,
                cpuMillis(to.jvmTicks - from.jvmTicks) / IDLE_MEASURED.toMillis() * 100,
                cpuMillis(to.jitTicks - from.jitTicks) / IDLE_MEASURED.toMillis() * 100,
                cpuMillis(to.postgresTicks - from.postgresTicks) / IDLE_MEASURED.toMillis() * 100,
                (to.commits - from.commits) / (double) IDLE_MEASURED.toSeconds(),
                kilobytes("VmRSS") / 1024,
                number(status("Threads")),
                load());
    }

    /** How long a start takes until Vibee serves: the first, with a new database, and then some on the same. */
    private void starts() throws Exception {
        for (int i = 0; i <= STARTS; i++) {
            long began = System.nanoTime();
            startVibee();
            System.out.printf(
                    "| start, %s | ready after %.1f s | CPU %.1f s | resident %d MB | load %s |%n",
                    i == 0 ? "new database" : "again",
                    (System.nanoTime() - began) / 1e9,
                    ticks(vibee.pid(), false) / (double) TICKS_PER_SECOND,
                    kilobytes("VmRSS") / 1024,
                    load());
            vibee.destroy();
            vibee.waitFor(60, TimeUnit.SECONDS);
        }
    }

    /** What one message makes actors say to each other, of which what they say when nobody writes is taken off. */
    private void countHops(List<Talk> talks) throws Exception {
        awaitIdle();
        pass(SCRAPED_AFTER);
        Mailboxes before = mailboxes();
        for (int i = 0; i < hops; i++) {
            Talk talk = talks.get(i % talks.size());
            say(talk).get(60, TimeUnit.SECONDS);
        }
        pass(SCRAPED_AFTER);
        Mailboxes after = mailboxes();
        pass(SCRAPED_AFTER.multipliedBy(3));
        Mailboxes later = mailboxes();
        double idleRate = (later.messages - after.messages) / (double) (later.nanos - after.nanos);
        double caused = after.messages - before.messages - idleRate * (after.nanos - before.nanos);
        System.out.printf(
                "  %.1f messages taken from mailboxes per reply (over %d replies; idle: %.1f/s)%n",
                caused / hops, hops, idleRate * 1e9);
    }

    private record Mailboxes(long messages, long nanos) {}

    private Mailboxes mailboxes() throws Exception {
        long messages = send("GET", "/metrics", null).body().lines()
                .filter(line -> line.startsWith("pekko_system_processed_messages_total"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
        return new Mailboxes(messages, System.nanoTime());
    }

    /** One person who writes when the last answer has come and the pace allows it. */
    private CompletableFuture<Void> writeEvery(Duration pace, Talk talk, AtomicInteger on) {
        if (on.get() == 0) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<?> answered = say(talk);
        var pause = new CompletableFuture<Void>().completeOnTimeout(null, pace.toMillis(), TimeUnit.MILLISECONDS);
        return answered.thenCombine(pause, (messages, over) -> over)
                .thenComposeAsync(done -> writeEvery(pace, talk, on));
    }

    /** Writes what nobody wrote there before; done when it is answered. */
    private CompletableFuture<?> say(Talk talk) {
        long number = talk.answers.incrementAndGet();
        var answered =
                telegram.world().awaitBotMessages(talk.bot, talk.chat, number).toCompletableFuture();
        telegram.world().userWrites(talk.bot, talk.user, talk.chat, text(number * 31 + talk.user.id()));
        return answered;
    }

    /** A sentence of a few words and a number. */
    private static String text(long number) {
        return "What about the %s and the %s on %s, %d?"
                .formatted(
                        WORDS.get(Math.floorMod(number * 13, WORDS.size())),
                        WORDS.get(Math.floorMod(number * 7 + 3, WORDS.size())),
                        WORDS.get(Math.floorMod(number * 29 + 5, WORDS.size())),
                        number);
    }

    private Talk stranger(SandboxBot bot) {
        SandboxUser user = telegram.world().createUser("Stranger");
        return new Talk(bot, user, telegram.world().privateChat(user));
    }

    /** Batches of the conversations' projection whose oldest event was in the tables within so many seconds. */
    private Map<String, Long> rowLatencies() throws Exception {
        Map<String, Long> buckets = new LinkedHashMap<>();
        send("GET", "/metrics", null).body().lines()
                .filter(line -> line.startsWith("projection_row_latency_seconds_bucket") && line.contains("conversations"))
                .forEach(line -> buckets.put(
                        line.replaceAll(".*le=\"([^\"]+)\".*", "$1"),
                        (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))));
        return buckets;
    }

    private static String within(Map<String, Long> from, Map<String, Long> to) {
        long all = to.get("+Inf") - from.getOrDefault("+Inf", 0L);
        var text = new StringBuilder();
        to.forEach((bound, count) -> {
            if (!bound.equals("+Inf") && Double.parseDouble(bound) <= 1) {
                text.append("%s: %.1f%%, ".formatted(bound, 100.0 * (count - from.getOrDefault(bound, 0L)) / all));
            }
        });
        return text + "of " + all + " batches";
    }

    /** Writes, waits for the answer, goes on in the next chat. */
    private CompletableFuture<Void> write(
            List<Talk> own, int next, ConcurrentLinkedQueue<Long> latencies, AtomicInteger counting, AtomicInteger on) {
        if (on.get() == 0) {
            return CompletableFuture.completedFuture(null);
        }
        Talk known = own.get(next);
        Talk talk = scenario.kind() == Scenario.Kind.STRANGERS ? stranger(known.bot) : known;
        long started = System.nanoTime();
        return say(talk).thenComposeAsync(messages -> {
            if (counting.get() == 1) {
                latencies.add(System.nanoTime() - started);
            }
            return write(own, (next + 1) % own.size(), latencies, counting, on);
        });
    }

    private void startVibee() throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--sun-misc-unsafe-memory-access=allow"));
        Stream.of(System.getProperty("bench.jvm", "-Xmx1g").split(" "))
                .filter(flag -> !flag.isBlank())
                .forEach(command::add);
        String jar = System.getProperty("bench.jar", "app/target/vibee.jar");
        command.addAll(List.of("-jar", jar));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(data.resolve("out").toFile())
                .redirectError(data.resolve("err").toFile());
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("VIBEE_DATA_DIR", data.resolve("vibee").toString());
        if (apart != null) {
            settings.put(
                    "DATABASE_URL",
                    "postgresql://postgres:%s@127.0.0.1:%s/vibee?sslmode=disable"
                            .formatted(password(), postmaster().get(3)));
        }
        settings.put("VIBEE_HTTP_PORT", String.valueOf(port));
        settings.put("VIBEE_CLUSTER_PORT", "0");
        settings.put("VIBEE_MANAGEMENT_PORT", "0");
        settings.put("TELEGRAM_API_URL", telegram.url().toString());
        settings.put("OPENAI_BASE_URL", model.url().toString());
        settings.put("OPENAI_API_KEY", "sk-bench");
        settings.put("VIBEE_AI_PARALLEL", "256");
        for (String limit : List.of(
                "CHAT_PAUSE",
                "CHAT_REPLIES_PER_MINUTE",
                "TELEGRAM_SENDS_PER_SECOND",
                "AI_REQUESTS_PER_DAY",
                "MAX_SESSIONS_PER_USER",
                "API_REQUESTS_PER_MINUTE",
                "ADDRESS_REQUESTS_PER_MINUTE")) {
            settings.put("VIBEE_" + limit, "0");
        }
        FEATURES.forEach((feature, setting) -> {
            if (off.contains(feature)) {
                settings.put(setting.getKey(), setting.getValue());
            }
        });
        builder.environment().keySet().removeIf(name -> name.startsWith("VIBEE_") || name.equals("DATABASE_URL"));
        builder.environment().putAll(settings);
        vibee = builder.start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(180);
        while (true) {
            try {
                if (send("GET", "/health/ready", null).statusCode() == 200) {
                    break;
                }
            } catch (java.io.IOException notYet) {
                if (!vibee.isAlive() || System.nanoTime() > deadline) {
                    throw new IllegalStateException("Vibee does not start: " + Files.readString(data.resolve("err")));
                }
            }
            pass(Duration.ofMillis(200));
        }
        if (sessions > 0) {
            register();
        }
    }

    private void register() throws Exception {
        token = call("/api/v1/auth/register", "{\"username\":\"bench\",\"password\":\"correct horse battery\"}")
                .path("access_token")
                .asText();
    }

    private List<Talk> connect() throws Exception {
        List<Talk> talks = new ArrayList<>();
        var permits = new Semaphore(8);
        List<CompletableFuture<?>> connected = new ArrayList<>();
        for (int i = 0; i < sessions; i++) {
            SandboxBot bot = telegram.world().createBot("bench_" + i + "_bot");
            permits.acquire();
            connected.add(CompletableFuture.runAsync(() -> {
                try {
                    call(
                            "/api/v1/sessions/connect",
                            "{\"bot_token\":\"" + bot.token().reveal() + "\",\"default_mode\":\"digital_twin\",\"delivery\":\""
                                    + delivery + "\"}");
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                } finally {
                    permits.release();
                }
            }));
            for (int c = 0; c < scenario.chats(); c++) {
                SandboxUser user = telegram.world().createUser("Person " + i + " " + c);
                talks.add(new Talk(bot, user, telegram.world().privateChat(user)));
            }
        }
        CompletableFuture.allOf(connected.toArray(CompletableFuture[]::new)).get(300, TimeUnit.SECONDS);
        return talks;
    }

    /** Until a second costs little: what is connected last has still to be compiled and settled. */
    private void awaitIdle() throws Exception {
        for (int i = 0; i < 20; i++) {
            long before = read().jvmTicks;
            pass(Duration.ofSeconds(1));
            if (read().jvmTicks - before < TICKS_PER_SECOND / 5) {
                return;
            }
        }
    }

    private Reading read() throws Exception {
        long postmaster = Long.parseLong(postmaster().getFirst());
        long postgres = ticks(postmaster, true);
        for (ProcessHandle child : ProcessHandle.of(postmaster).orElseThrow().children().toList()) {
            postgres += ticks(child.pid(), false);
        }
        long commits;
        long wal;
        Map<String, Long> rows = new LinkedHashMap<>();
        try (Connection connection = database()) {
            commits = single(connection, "select xact_commit from pg_stat_database where datname = 'vibee'");
            wal = single(connection, "select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint");
            try (ResultSet all = connection
                    .createStatement()
                    .executeQuery("select relname, n_tup_ins, n_tup_upd, n_tup_del from pg_stat_user_tables order by 1")) {
                while (all.next()) {
                    rows.put(all.getString(1) + " +", all.getLong(2));
                    rows.put(all.getString(1) + " ~", all.getLong(3));
                    rows.put(all.getString(1) + " -", all.getLong(4));
                }
            }
        }
        return new Reading(
                System.nanoTime(),
                ticks(vibee.pid(), false),
                threadTicks("C1 ", "C2 "),
                threadTicks("GC ", "G1 ", "VM Thread"),
                postgres, commits,
                rows,
                wal,
                calls());
    }

    /** What was asked of Telegram and of the model. */
    private Map<String, Long> calls() {
        Map<String, Long> calls = new LinkedHashMap<>();
        for (String method : List.of("getUpdates", "sendChatAction", "sendMessage")) {
            calls.put(method + " ", telegram.requests().count(method));
        }
        calls.put("model ", model.requests().count(ModelServer.COMPLETIONS));
        return calls;
    }

    private Connection database() throws Exception {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + postmaster().get(3) + "/vibee", "postgres", password());
    }

    /** What a running server tells of itself: its process first, its port fourth. */
    private List<String> postmaster() throws Exception {
        return Files.readAllLines(database.resolve("postgres/postmaster.pid")).stream()
                .map(String::strip)
                .toList();
    }

    private String password() throws Exception {
        return Files.readString(database.resolve("postgres.password")).strip();
    }

    private static long single(Connection connection, String sql) throws Exception {
        try (ResultSet row = connection.createStatement().executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Of the JVM's own threads with these names. */
    private long threadTicks(String... names) throws Exception {
        long all = 0;
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + vibee.pid() + "/task"))) {
            for (Path task : tasks.toList()) {
                try {
                    String stat = Files.readString(task.resolve("stat"));
                    String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
                    if (Stream.of(names).anyMatch(name::startsWith)) {
                        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                        all += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
                    }
                } catch (java.io.IOException ended) {
                    continue;
                }
            }
        }
        return all;
    }

    /** User and system time; with that of its ended children when asked. */
    private static long ticks(long pid, boolean withEnded) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return LongStream.of(11, 12, withEnded ? 13 : 11, withEnded ? 14 : 12)
                            .map(field -> Long.parseLong(fields[(int) field]))
                            .sum()
                    / (withEnded ? 1 : 2);
        } catch (java.io.IOException ended) {
            return 0;
        }
    }

    private static double cpuMillis(long ticks) {
        return ticks * 1000.0 / TICKS_PER_SECOND;
    }

    private String status(String field) throws Exception {
        return Files.readAllLines(Path.of("/proc/" + vibee.pid() + "/status")).stream()
                .filter(line -> line.startsWith(field + ":"))
                .findFirst()
                .orElseThrow();
    }

    private long kilobytes(String field) throws Exception {
        return number(status(field));
    }

    private static long number(String line) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
    }

    /** In kB, after a full collection. */
    private long heapAfterCollection() throws Exception {
        jcmd("GC.run");
        String used = jcmd("GC.heap_info");
        return Arrays.stream(used.split("\n"))
                .filter(line -> line.contains("total") && line.contains("used"))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*used (\\d+)K.*", "$1")))
                .sum();
    }

    private String jcmd(String command) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        String.valueOf(vibee.pid()),
                        command)
                .redirectErrorStream(true)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        process.waitFor();
        return out.lines().filter(line -> !line.contains("Metaspace")).reduce("", (a, b) -> a + "\n" + b);
    }

    private static String perReply(Map<String, Long> from, Map<String, Long> to, int replies) {
        var text = new StringBuilder();
        to.forEach((table, rows) -> {
            double each = (rows - from.getOrDefault(table, 0L)) / (double) replies;
            if (each >= 0.005) {
                text.append(text.isEmpty() ? "" : ", ").append("%s%.2f".formatted(table, each));
            }
        });
        return text.toString();
    }

    private static String load() throws Exception {
        return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
    }

    private JsonNode call(String path, String body) throws Exception {
        HttpResponse<String> response = send("POST", path, body);
        if (response.statusCode() / 100 != 2) {
            throw new IllegalStateException(path + ": " + response.statusCode() + " " + response.body());
        }
        return JSON.readTree(response.body());
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void pass(Duration time) {
        new CompletableFuture<Void>()
                .completeOnTimeout(null, time.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    private void stop() throws Exception {
        if (vibee != null) {
            vibee.destroy();
            // A JVM that is to leave a cache makes it now.
            if (!vibee.waitFor(180, TimeUnit.SECONDS)) {
                vibee.destroyForcibly();
            }
        }
        String err = Files.exists(data.resolve("err")) ? Files.readString(data.resolve("err")) : "";
        if (!err.isBlank()) {
            System.err.println(err);
        }
        if (apart != null) {
            apart.close();
        }
        telegram.stop().toCompletableFuture().join();
        model.stop().toCompletableFuture().join();
        system.terminate();
        try (Stream<Path> files = Files.walk(data)) {
            files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        }
    }
}
