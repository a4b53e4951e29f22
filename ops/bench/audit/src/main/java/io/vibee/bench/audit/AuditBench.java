package io.vibee.bench.audit;

import com.typesafe.config.ConfigFactory;
import io.vibee.journal.JournalSchema;
import io.vibee.journal.database.Migrations;
import io.vibee.persistence.embedded.EmbeddedDatabase;
import io.vibee.persistence.schema.StorageSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;

/** Measures each filter of the audit log in a large journal. README.md says what each number means. */
public final class AuditBench {

    private AuditBench() {}

    public static void main(String[] arguments) throws Exception {
        Locale.setDefault(Locale.ROOT);
        Path directory =
                Path.of(System.getProperty("bench.directory", "target/data")).toAbsolutePath();
        boolean keep = Boolean.getBoolean("bench.keep");
        // Also when it is interrupted: a server that is left behind would go on for ever.
        try (EmbeddedDatabase server = EmbeddedDatabase.start(directory)) {
            Thread stop = new Thread(server::close);
            Runtime.getRuntime().addShutdownHook(stop);
            run(server, directory);
        } finally {
            if (!keep) {
                delete(directory);
            }
        }
        System.exit(0);
    }

    private static void run(EmbeddedDatabase server, Path directory) throws Exception {
        Journal journal = new Journal(server.url(), Long.getLong("bench.events", 10_000_000));
        long start = System.nanoTime();
        Migrations.run(
                server.url(),
                ConfigFactory.defaultReference(),
                JournalSchema.of(ConfigFactory.defaultReference()),
                StorageSchema.SCHEMA);
        if (journal.isEmpty()) {
            journal.fill();
        }
        journal.settle();
        System.out.printf(
                "PostgreSQL %s, shared_buffers %s, %s events, %s with its indexes; made ready in %d s%n",
                journal.ask("show server_version"),
                journal.ask("show shared_buffers"),
                journal.ask("select count(*) from event_journal"),
                journal.ask("select pg_size_pretty(pg_total_relation_size('event_journal'))"),
                (System.nanoTime() - start) / 1_000_000_000);
        new Measurement(journal, server.url(), directory.resolve("postgres.log"), Integer.getInteger("bench.runs", 30))
                .run();
        new WriteCost(journal).run();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
