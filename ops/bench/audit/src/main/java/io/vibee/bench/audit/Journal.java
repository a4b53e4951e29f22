package io.vibee.bench.audit;

import io.vibee.journal.database.DatabaseUrl;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A year of made-up events, shaped as Vibee's own are. */
final class Journal {

    static final Instant START = Instant.parse("2025-11-01T00:00:00Z");
    static final Duration YEAR = Duration.ofDays(365);

    private final DatabaseUrl url;
    private final long events;

    Journal(DatabaseUrl url, long events) {
        this.url = url;
        this.events = events;
    }

    /** Fills the empty table, wholly or not at all, with its indexes made at the end, as that is sooner done. */
    void fill() throws SQLException, IOException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set maintenance_work_mem = '1GB'");
            List<String> indexes = dropIndexes(statement);
            statement.execute(script("entities.sql"));
            statement.execute(script("chats.sql"));
            statement.execute("alter table event_journal add primary key (persistence_id, seq_nr)");
            for (String index : indexes) {
                statement.execute(index);
            }
            connection.commit();
        }
    }

    /** What autovacuum does by and by. */
    void settle() throws SQLException {
        execute("vacuum (analyze) event_journal", "checkpoint");
    }

    boolean isEmpty() throws SQLException {
        return ask("select not exists (select 1 from event_journal)").equals("t");
    }

    /** The time at which a part of all events, from 0 to 1, is stored. */
    static Instant after(double part) {
        return START.plusMillis((long) (YEAR.toMillis() * part));
    }

    void execute(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    String ask(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            return strings(statement, sql).getFirst();
        }
    }

    private static List<String> dropIndexes(Statement statement) throws SQLException {
        String secondary = " from pg_indexes where tablename = 'event_journal' and indexname <> 'event_journal_pkey'";
        List<String> definitions = strings(statement, "select indexdef" + secondary);
        for (String name : strings(statement, "select indexname" + secondary)) {
            statement.execute("drop index " + name);
        }
        statement.execute("alter table event_journal drop constraint event_journal_pkey");
        return definitions;
    }

    static List<String> strings(Statement statement, String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    String script(String name) throws IOException {
        try (InputStream resource = Journal.class.getResourceAsStream(name)) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8)
                    .replace(":events", Long.toString(events))
                    .replace(":start", "'" + START + "'");
        }
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + url.host() + ":" + url.port() + "/" + url.database(),
                url.user(),
                url.password());
    }
}
