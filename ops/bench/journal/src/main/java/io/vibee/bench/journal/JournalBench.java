package io.vibee.bench.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Measures journals against each other on one PostgreSQL, in turns, so that what else the machine does hits all alike. README.md
 * says what each number means.
 */
public final class JournalBench {

    private static final int RECOVERY_WARM_UP_ENTITIES = 500;

    private final Options options;
    private final Server server;
    private final List<Contender> contenders = new ArrayList<>();
    private final Results results = new Results();

    private JournalBench(Options options, Server server) {
        this.options = options;
        this.server = server;
    }

    public static void main(String[] arguments) throws Exception {
        Locale.setDefault(Locale.ROOT);
        Options options = Options.read();
        Files.createDirectories(options.directory());
        Path data = Files.createTempDirectory(options.directory().toAbsolutePath(), "data");
        // Also when it is interrupted: a server that is left behind would go on for ever.
        try (Server server = new Server(data)) {
            Thread stop = new Thread(server::close);
            Runtime.getRuntime().addShutdownHook(stop);
            new JournalBench(options, server).run();
        } finally {
            delete(data);
        }
        System.exit(0);
    }

    private void run() throws Exception {
        long start = System.nanoTime();
        System.out.println(server.describe() + ", JDK " + Runtime.version() + ", "
                + Runtime.getRuntime().availableProcessors() + " cores, load average "
                + ProcessTimes.loadAverage());
        try {
            for (String name : options.contenders()) {
                open(name);
            }
            for (Contender contender : contenders) {
                contender.warmUp(options.warmUpEvents(), options.warmUpWithin());
            }
            if (options.phases().contains("closed") || options.phases().contains("half")) {
                closedLoop();
            }
            if (options.phases().contains("half")) {
                halfLoad();
            }
            // Recovery comes last: its million rows would be in the tables that are written to.
            if (options.phases().contains("recovery")) {
                recovery();
            }
        } finally {
            for (Contender contender : contenders) {
                contender.close();
            }
        }
        results.printRatios();
        System.out.printf(
                "%nTook %d s, load average %.1f%n",
                (System.nanoTime() - start) / 1_000_000_000, ProcessTimes.loadAverage());
    }

    private void open(String name) throws IOException, SQLException, InterruptedException {
        switch (name) {
            case "vibee" -> contenders.add(JvmContender.vibee(name, false, "", server, options));
            case "vibee-tagged" -> contenders.add(JvmContender.vibee(name, true, "", server, options));
            case "vibee-before", "vibee-tagged-before" ->
                contenders.add(JvmContender.vibee(name, name.contains("tagged"), options.before(), server, options));
            case "jdbc" -> contenders.add(JvmContender.jdbc(name, "", server, options));
            case "jdbc-rewrite" ->
                contenders.add(JvmContender.jdbc(name, "?reWriteBatchedInserts=true", server, options));
            case "pgbench" -> {
                if (PgbenchContender.isInstalled()) {
                    contenders.add(new PgbenchContender(server, options));
                } else {
                    System.out.println(
                            "pgbench is skipped: it isn't installed (Debian: apt-get install postgresql-contrib)");
                }
            }
            default ->
                throw new IllegalArgumentException(
                        "bench.contenders: " + name
                                + " (expected: vibee, vibee-tagged, vibee-before, vibee-tagged-before, jdbc, jdbc-rewrite or pgbench)");
        }
    }

    /** As much as each can: every entity goes on as soon as its last event is acknowledged. */
    private void closedLoop() throws Exception {
        results.startLoads("As much as it can (closed loop)");
        for (int entities : options.entities()) {
            for (int round = 1; round <= options.rounds(); round++) {
                for (Contender contender : contenders) {
                    server.checkpoint();
                    Contender.Measured measured =
                            contender.measure(entities, Double.POSITIVE_INFINITY, options.ramp(), options.measured());
                    results.addClosed(contender, entities, round, measured);
                }
            }
        }
    }

    /** Half of what each could: commands arrive evenly, and a latency counts from when its command should have started. */
    private void halfLoad() throws Exception {
        results.startLoads("Half of its own maximum (open loop, latency from the intended start)");
        for (int entities : options.entities()) {
            for (int round = 1; round <= options.rounds(); round++) {
                for (Contender contender : contenders) {
                    server.checkpoint();
                    Contender.Measured measured = contender.measure(
                            entities, results.maximum(contender, entities) / 2, options.ramp(), options.measured());
                    results.addHalf(contender, entities, round, measured);
                }
            }
        }
    }

    /** Every entity has its history replayed once. */
    private void recovery() throws Exception {
        List<Contender.Recovering> recovering = contenders.stream()
                .filter(Contender.Recovering.class::isInstance)
                .map(Contender.Recovering.class::cast)
                .toList();
        for (Contender.Recovering contender : recovering) {
            contender.prepareRecovery(RECOVERY_WARM_UP_ENTITIES + options.recoveryEntities(), options.recoveryEvents());
        }
        server.checkpoint();
        for (Contender.Recovering contender : recovering) {
            contender.recover(0, RECOVERY_WARM_UP_ENTITIES);
        }
        results.startRecoveries(options.recoveryEntities(), options.recoveryEvents());
        int share = options.recoveryEntities() / options.rounds();
        for (int round = 1; round <= options.rounds(); round++) {
            for (Contender.Recovering contender : recovering) {
                int from = RECOVERY_WARM_UP_ENTITIES + (round - 1) * share;
                results.addRecovery(contender, round, contender.recover(from, share));
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
