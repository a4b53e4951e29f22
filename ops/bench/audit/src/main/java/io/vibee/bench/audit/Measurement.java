package io.vibee.bench.audit;

import com.typesafe.config.ConfigFactory;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.PoolSettings;
import io.vibee.persistence.audit.AuditLog;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads each page many times through the audit log itself, on one connection, and asks the server once how it did that. */
final class Measurement {

    private static final int LIMIT = 50;
    /** More than the five after which the server may keep a plan for all values. */
    private static final int WARM_UP = 8;

    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(1);

    private static final List<String> PLAN_CACHE_MODES = List.of("auto", "force_generic_plan");

    private final Journal journal;
    private final DatabaseUrl url;
    private final ServerPlans plans;
    private final int runs;

    private record Result(int items, double median, double most, ServerPlans.Plan plan) {}

    Measurement(Journal journal, DatabaseUrl url, Path serverLog, int runs) {
        this.journal = journal;
        this.url = url;
        this.plans = new ServerPlans(serverLog);
        this.runs = runs;
    }

    void run() throws SQLException, IOException {
        List<PageRead> reads = PageRead.all(journal);
        Map<String, List<Result>> results = new LinkedHashMap<>();
        for (String mode : PLAN_CACHE_MODES) {
            results.put(mode, measure(reads, mode));
        }
        print(reads, results.get("auto"), results.get("force_generic_plan"));
    }

    private List<Result> measure(List<PageRead> reads, String planCacheMode) throws SQLException, IOException {
        String role = "alter role " + url.user() + " ";
        journal.execute(role + "reset all", role + "set plan_cache_mode = " + planCacheMode);
        List<double[]> times = new ArrayList<>();
        List<Integer> items = new ArrayList<>();
        try (Database database = oneConnection()) {
            AuditLog audit = new AuditLog(database);
            for (PageRead read : reads) {
                times(audit, read, WARM_UP, LONGEST_WARM_UP);
                items.add(read.run(audit, LIMIT).items().size());
                times.add(times(audit, read, runs, LONGEST));
            }
        }
        journal.execute(ServerPlans.SETTINGS.stream()
                .map(setting -> role + "set " + setting)
                .toArray(String[]::new));
        List<Result> results = new ArrayList<>();
        try (Database database = oneConnection()) {
            AuditLog audit = new AuditLog(database);
            for (int i = 0; i < reads.size(); i++) {
                times(audit, reads.get(i), WARM_UP, LONGEST_WARM_UP);
                double[] sorted = times.get(i);
                results.add(new Result(
                        items.get(i),
                        sorted[sorted.length / 2],
                        sorted[sorted.length - 1],
                        plans.ofTheLastStatement()));
            }
        }
        journal.execute(role + "reset all");
        return results;
    }

    /** Milliseconds, the shortest first. */
    private static double[] times(AuditLog audit, PageRead read, int runs, Duration longest) {
        List<Double> times = new ArrayList<>();
        long begin = System.nanoTime();
        while (times.size() < runs && System.nanoTime() - begin < longest.toNanos()) {
            long start = System.nanoTime();
            read.run(audit, LIMIT);
            times.add((System.nanoTime() - start) / 1e6);
        }
        return times.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    private Database oneConnection() {
        return Database.open(
                url,
                PoolSettings.of(ConfigFactory.parseString("pool { initial-size = 1, max-size = 1 }")
                        .withFallback(
                                ConfigFactory.defaultReference().getConfig("pekko.persistence.postgres.database"))));
    }

    private static void print(List<PageRead> reads, List<Result> auto, List<Result> generic) {
        System.out.print("""

                | filter | page | events | median ms | max ms | rows read | buffers | generic plan: median ms | max ms | rows read | buffers |
                |---|---|---|---|---|---|---|---|---|---|---|
                """);
        for (int i = 0; i < reads.size(); i++) {
            PageRead read = reads.get(i);
            Result one = auto.get(i);
            Result other = generic.get(i);
            System.out.printf(
                    "| %s | %s | %d | %.1f | %.1f | %,d | %,d | %.1f | %.1f | %,d | %,d |%n",
                    read.filterName(),
                    read.page(),
                    one.items(),
                    one.median(),
                    one.most(),
                    one.plan().rows(),
                    one.plan().buffers(),
                    other.median(),
                    other.most(),
                    other.plan().rows(),
                    other.plan().buffers());
        }
        System.out.printf("%n## Plans (generic)%n");
        for (int i = 0; i < reads.size(); i++) {
            if (reads.get(i).page().equals("first")) {
                System.out.printf(
                        "%n%s%n```%n%s```%n",
                        reads.get(i).filterName(), generic.get(i).plan().text());
            }
        }
    }
}
