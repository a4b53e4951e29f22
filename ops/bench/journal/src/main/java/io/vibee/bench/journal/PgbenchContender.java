package io.vibee.bench.journal;

import com.typesafe.config.ConfigFactory;
import io.vibee.journal.JournalSchema;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.Migrations;
import io.vibee.persistence.schema.StorageSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A row per commit into our table, by PostgreSQL's own client written in C: what it costs without group commit. */
final class PgbenchContender implements Contender {

    /** More connections only make the server slower. */
    private static final int MOST_CLIENTS = 64;

    private static final String SCRIPT = """
            \\set number :number + 1
            insert into event_journal (slice, entity_type, persistence_id, seq_nr, db_timestamp, event_ser_id,
                                       event_ser_manifest, event_payload, writer, adapter_manifest)
            values (:client_id, '', 'pgbench-' || :run::text || '|' || :client_id::text, :number::bigint, now(), 33,
                    'io.vibee.bench.journal.Entity$Event', '%s', '00000000-0000-0000-0000-000000000000', '');
            """;

    private final Server server;
    private final DatabaseUrl database;
    private final Path directory;
    private final Path script;
    private int runs;

    PgbenchContender(Server server, Options options) throws IOException, SQLException {
        this.server = server;
        database = server.database("pgbench");
        Migrations.run(
                database,
                ConfigFactory.defaultReference(),
                JournalSchema.of(ConfigFactory.defaultReference()),
                StorageSchema.SCHEMA);
        directory = options.directory().toAbsolutePath();
        script = directory.resolve("pgbench.sql");
        Files.writeString(script, SCRIPT.formatted("e".repeat(Entity.EVENT_BYTES)));
    }

    static boolean isInstalled() throws InterruptedException {
        try {
            return new ProcessBuilder("pgbench", "--version").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public String name() {
        return "pgbench";
    }

    @Override
    public int writers(int entities) {
        return Math.min(entities, MOST_CLIENTS);
    }

    @Override
    public void warmUp(int events, Duration within) {
        // Nothing in it compiles while it runs.
    }

    @Override
    public Measured measure(int entities, double rate, Duration ramp, Duration measured)
            throws IOException, InterruptedException {
        runs++;
        String prefix = "pgbench-" + runs;
        long seconds = ramp.plus(measured).toSeconds() + 1;
        List<String> command =
                new ArrayList<>(List.of("pgbench", "-n", "-M", "prepared", "-l", "--log-prefix", prefix));
        command.addAll(List.of("-h", database.host(), "-p", "" + database.port(), "-U", database.user()));
        command.addAll(List.of("-c", "" + writers(entities), "-j", "" + Math.min(2, writers(entities))));
        command.addAll(List.of("-D", "run=" + runs, "-D", "number=0", "-T", "" + seconds, "-f", script.toString()));
        if (!Double.isInfinite(rate)) {
            command.addAll(List.of("-R", String.format(Locale.ROOT, "%.1f", rate)));
        }
        command.add(database.database());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("pgbench.log").toFile());
        builder.environment().put("PGPASSWORD", database.password());
        Process process = builder.start();
        try {
            TimeUnit.NANOSECONDS.sleep(ramp.toNanos());
            double from = System.currentTimeMillis() / 1e3;
            double serverBefore = server.cpuSeconds();
            double clientBefore = ProcessTimes.ofFamily(process.pid());
            TimeUnit.NANOSECONDS.sleep(measured.toNanos());
            double to = System.currentTimeMillis() / 1e3;
            double serverSeconds = server.cpuSeconds() - serverBefore;
            double clientSeconds = ProcessTimes.ofFamily(process.pid()) - clientBefore;
            if (process.waitFor() != 0) {
                throw new IOException("pgbench failed (see pgbench.log)");
            }
            return read(prefix, from, to, clientSeconds, serverSeconds);
        } finally {
            process.destroy();
        }
    }

    /** Its log has a line per transaction: client, number, microseconds, script, and when it ended in seconds and microseconds. */
    private Measured read(String prefix, double from, double to, double clientSeconds, double serverSeconds)
            throws IOException {
        var latencies = new Latencies();
        long events = 0;
        for (Path log : logs(prefix)) {
            try (Stream<String> lines = Files.lines(log)) {
                for (String line : (Iterable<String>) lines::iterator) {
                    String[] fields = line.split(" ", -1);
                    double ended = Long.parseLong(fields[4]) + Long.parseLong(fields[5]) / 1e6;
                    if (ended >= from && ended < to) {
                        latencies.record(Long.parseLong(fields[2]) * 1000);
                        events++;
                    }
                }
            }
            Files.delete(log);
        }
        return new Measured(
                events / (to - from),
                latencies.quantile(0.5),
                latencies.quantile(0.99),
                clientSeconds / events * 1e6,
                0,
                serverSeconds / events * 1e6,
                0);
    }

    private List<Path> logs(String prefix) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix + "."))
                    .toList();
        }
    }

    @Override
    public void close() {
        // Each run is a process that has ended.
    }
}
