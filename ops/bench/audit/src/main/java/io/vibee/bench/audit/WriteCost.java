package io.vibee.bench.audit;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one event costs the server without each of the indexes: dropped, written and rolled back, in turns. Without round trips,
 * parsing and commits, so that an index's share is larger here than in the service.
 */
final class WriteCost {

    private static final int ROUNDS = 7;
    private static final int EVENTS = 20_000;
    private static final String LAST_OF_SOME = """
            create temporary table bench_last as
            select distinct on (persistence_id) * from event_journal
             where persistence_id in (select persistence_id from event_journal where entity_type = 'Chat' and seq_nr = 1
                                       order by md5(persistence_id) limit 5000)
             order by persistence_id, seq_nr desc""";

    private final Journal journal;

    private record Cost(double microseconds, double bytes) {}

    WriteCost(Journal journal) {
        this.journal = journal;
    }

    void run() throws SQLException, IOException {
        Map<String, List<Cost>> costs = new LinkedHashMap<>();
        try (Connection connection = journal.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(LAST_OF_SOME);
            List<String> without = new ArrayList<>(List.of(""));
            without.addAll(Journal.strings(
                    statement,
                    "select indexname from pg_indexes where tablename = 'event_journal' and indexname <> 'event_journal_pkey'"
                            + " order by indexname"));
            connection.setAutoCommit(false);
            for (int round = 0; round <= ROUNDS; round++) {
                for (String index : without) {
                    Cost cost = write(statement, index, round);
                    connection.rollback();
                    // The first round warms up.
                    if (round > 0) {
                        costs.computeIfAbsent(index, name -> new ArrayList<>()).add(cost);
                    }
                }
            }
        }
        System.out.print("""

                | without the index | µs per event | WAL bytes per event |
                |---|---|---|
                """);
        costs.forEach((index, measured) -> System.out.printf(
                "| %s | %.1f | %.0f |%n",
                index.isEmpty() ? "– (all are there)" : index,
                median(measured.stream().map(Cost::microseconds).toList()),
                median(measured.stream().map(Cost::bytes).toList())));
    }

    private Cost write(Statement statement, String without, int round) throws SQLException, IOException {
        if (!without.isEmpty()) {
            statement.execute("drop index " + without);
        }
        String before =
                Journal.strings(statement, "select pg_current_wal_insert_lsn()").getFirst();
        long start = System.nanoTime();
        statement.execute(journal.script("writes.sql").replace(":round", Integer.toString(round)));
        double microseconds = (System.nanoTime() - start) / 1000.0;
        try (ResultSet rows = statement.executeQuery("select pg_current_wal_insert_lsn() - '" + before + "'::pg_lsn")) {
            rows.next();
            return new Cost(microseconds / EVENTS, rows.getDouble(1) / EVENTS);
        }
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
