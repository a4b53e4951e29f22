package io.vibee.bench.journal;

import com.typesafe.config.ConfigFactory;
import io.vibee.journal.JournalSchema;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.Migrations;
import io.vibee.persistence.schema.StorageSchema;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A journal plugin under event-sourced entities, in a JVM of its own that runs {@link Worker}. */
final class JvmContender implements Contender.Recovering {

    private static final int WARM_UP_ENTITIES = 1000;
    /** One entity alone stores that many times fewer events in the warm-up. */
    private static final int WARM_UP_EVENTS_OF_ONE = 20;

    private static final String COMMON = """
            pekko {
              loglevel = WARNING
              log-dead-letters = off
              loggers = ["org.apache.pekko.event.slf4j.Slf4jLogger"]
              logging-filter = "org.apache.pekko.event.slf4j.Slf4jLoggingFilter"
              actor.serialization-bindings { "io.vibee.bench.journal.Entity$Event" = jackson-json }
              serialization.jackson.jackson-json.compression.algorithm = off
              persistence.typed.stash-capacity = 100000
            }
            """;

    private final String name;
    private final Server server;
    private final DatabaseUrl database;
    private final String copyRecovery;
    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter orders;

    private JvmContender(
            String name,
            Server server,
            DatabaseUrl database,
            String config,
            boolean tagged,
            String jar,
            String copyRecovery,
            Options options)
            throws IOException {
        this.name = name;
        this.server = server;
        this.database = database;
        this.copyRecovery = copyRecovery;
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-Xlog:disable",
                "-Xlog:all=warning:stderr"));
        command.addAll(List.of(options.jvm().replace("{contender}", name).split(" ", -1)));
        command.addAll(List.of(
                "-cp",
                jar + System.getProperty("java.class.path"),
                Worker.class.getName(),
                COMMON + config + "\n" + options.config(),
                Boolean.toString(tagged)));
        process = new ProcessBuilder(command)
                .redirectError(options.directory().resolve(name + ".log").toFile())
                .start();
        answers = process.inputReader(StandardCharsets.UTF_8);
        orders = process.outputWriter(StandardCharsets.UTF_8);
        // The JVM may have something to say before, on its flight recorder for one.
        while (!answer().equals("ready")) {}
    }

    /** Ours, as {@code reference.conf} has it. {@code jar}: of another version of it than this one, or empty. */
    static JvmContender vibee(String name, boolean tagged, String jar, Server server, Options options)
            throws IOException, SQLException {
        DatabaseUrl url = server.database(name.replace('-', '_'));
        Migrations.run(
                url,
                ConfigFactory.defaultReference(),
                JournalSchema.of(ConfigFactory.defaultReference()),
                StorageSchema.SCHEMA);
        String config = """
                pekko.persistence.postgres.database.url = "postgresql://%s:%s@%s:%d/%s?sslmode=disable"
                pekko.persistence.journal.plugin = "pekko.persistence.postgres.journal"
                pekko.persistence.snapshot-store.plugin = "pekko.persistence.postgres.snapshot"
                """.formatted(url.user(), url.password(), url.host(), url.port(), url.database());
        String copy = """
                insert into event_journal (slice, entity_type, persistence_id, seq_nr, db_timestamp, event_ser_id,
                                           event_ser_manifest, event_payload, writer, adapter_manifest, owner, scope)
                select e.slice, e.entity_type, 'recovery|' || p, s, e.db_timestamp, e.event_ser_id,
                       e.event_ser_manifest, e.event_payload, e.writer, e.adapter_manifest, e.owner, e.scope
                  from (select * from event_journal limit 1) as e, generate_series(1, %2$d) as s,
                       generate_series(0, %1$d) as p
                 order by s, p""";
        return new JvmContender(name, server, url, config, tagged, jar.isEmpty() ? "" : jar + ":", copy, options);
    }

    /**
     * pekko-persistence-jdbc with the tables that it ships and its own defaults, but for the queue, which has to hold a write of
     * each entity. {@code parameters}: for its driver.
     */
    static JvmContender jdbc(String name, String parameters, Server server, Options options)
            throws IOException, SQLException {
        DatabaseUrl url = server.database(name.replace('-', '_'));
        // Without the indexes of the durable state, which can't be made in the transaction that several statements are.
        String schema;
        try (InputStream script =
                JvmContender.class.getResourceAsStream("/schema/postgres/postgres-create-schema.sql")) {
            schema = new String(script.readAllBytes(), StandardCharsets.UTF_8).replace("CONCURRENTLY", "");
        }
        Server.execute(url, schema);
        String plugin = """
                %s.slick {
                  profile = "slick.jdbc.PostgresProfile$"
                  db {
                    driver = "org.postgresql.Driver"
                    url = "%s%s"
                    user = "%s"
                    password = "%s"
                  }
                }
                """;
        String config = """
                pekko.persistence.journal.plugin = "jdbc-journal"
                pekko.persistence.snapshot-store.plugin = "jdbc-snapshot-store"
                jdbc-journal.bufferSize = 20000
                """;
        for (String block : List.of("jdbc-journal", "jdbc-snapshot-store")) {
            config += plugin.formatted(block, Server.jdbc(url), parameters, url.user(), url.password());
        }
        String copy = """
                insert into event_journal (persistence_id, sequence_number, writer, write_timestamp, adapter_manifest,
                                           event_ser_id, event_ser_manifest, event_payload)
                select 'recovery|' || p, s, e.writer, e.write_timestamp, e.adapter_manifest,
                       e.event_ser_id, e.event_ser_manifest, e.event_payload
                  from (select * from event_journal limit 1) as e, generate_series(1, %2$d) as s,
                       generate_series(0, %1$d) as p
                 order by s, p""";
        return new JvmContender(name, server, url, config, false, "", copy, options);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int writers(int entities) {
        return entities;
    }

    /** Many entities and one alone take different ways, and both are to be compiled. */
    @Override
    public void warmUp(int events, Duration within) throws IOException, InterruptedException {
        warmUp(WARM_UP_ENTITIES, events, within);
        warmUp(1, events / WARM_UP_EVENTS_OF_ONE, within.dividedBy(2));
    }

    private void warmUp(int entities, int events, Duration within) throws IOException, InterruptedException {
        tell("closed " + entities);
        tell("mark");
        long until = System.nanoTime() + within.toNanos();
        for (long stored = 0; stored < events && System.nanoTime() < until; ) {
            TimeUnit.MILLISECONDS.sleep(100);
            stored += (long) numbers("mark")[0];
        }
        tell("stop");
    }

    @Override
    public Measured measure(int entities, double rate, Duration ramp, Duration measured)
            throws IOException, InterruptedException {
        tell(Double.isInfinite(rate) ? "closed " + entities : "paced " + entities + " " + rate);
        TimeUnit.NANOSECONDS.sleep(ramp.toNanos());
        long failuresBefore = (long) numbers("mark")[5];
        double serverBefore = server.cpuSeconds();
        double compilerBefore = ProcessTimes.ofCompiler(process.pid());
        TimeUnit.NANOSECONDS.sleep(measured.toNanos());
        double[] marked = numbers("mark");
        double serverSeconds = server.cpuSeconds() - serverBefore;
        double compilerSeconds = ProcessTimes.ofCompiler(process.pid()) - compilerBefore;
        tell("stop");
        double events = marked[0];
        return new Measured(
                events / (marked[1] / 1e9),
                marked[3],
                marked[4],
                marked[2] / events / 1e3,
                compilerSeconds / events * 1e6,
                serverSeconds / events * 1e6,
                (long) marked[5] - failuresBefore);
    }

    @Override
    public void prepareRecovery(int entities, int events) throws SQLException {
        Server.execute(database, copyRecovery.formatted(entities - 1, events), "vacuum analyze event_journal");
    }

    @Override
    public Recovered recover(int from, int count) throws IOException {
        double serverBefore = server.cpuSeconds();
        double[] done = numbers("recover " + from + " " + count);
        double serverSeconds = server.cpuSeconds() - serverBefore;
        double seconds = done[2] / 1e9;
        return new Recovered(
                done[0] / seconds, done[1] / seconds, done[3] / done[1] / 1e3, serverSeconds / done[1] * 1e6);
    }

    /** Its input ends, and so it does; one that hangs is killed. */
    @Override
    public void close() throws IOException {
        orders.close();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private String tell(String order) throws IOException {
        orders.write(order + "\n");
        orders.flush();
        return answer();
    }

    private double[] numbers(String order) throws IOException {
        String[] texts = tell(order).split(" ", -1);
        double[] numbers = new double[texts.length];
        for (int i = 0; i < texts.length; i++) {
            numbers[i] = Double.parseDouble(texts[i]);
        }
        return numbers;
    }

    private String answer() throws IOException {
        String answer = answers.readLine();
        if (answer == null || answer.startsWith("failed")) {
            throw new IOException(name + ": " + answer + " (see its log)");
        }
        return answer;
    }
}
