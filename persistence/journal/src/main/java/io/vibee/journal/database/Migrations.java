package io.vibee.journal.database;

import com.typesafe.config.Config;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * Brings schemas up to date. Each has a history of its own, so other tables in the database stay as they are. Nodes that start
 * together take turns, so each migration runs once. Flyway's own lock comes too late for that: in a database with other tables
 * Flyway creates its history before it locks. Blocks its caller: for start-up only.
 */
public final class Migrations {

    /** The number of PostgreSQL's advisory lock: "pekkomig" as ASCII. */
    private static final long LOCK = 0x70656B6B6F6D6967L;

    private Migrations() {}

    /**
     * Runs the missing migrations, one schema after the other, and gives the number of those that this call ran.
     *
     * @param config of the actor system; it says what the connection is called
     * @throws IllegalStateException when a migration fails, with the server's words and what is needed in one line
     */
    public static int run(DatabaseUrl url, Config config, Schema... schemas) {
        PoolSettings settings = PoolSettings.of(config.getConfig(PoolSettings.CONFIG_PATH));
        JdbcSource source = new JdbcSource(url, settings.applicationName());
        try {
            requireUnicode(source);
            return inTurn(source, schemas);
        } catch (SQLException | FlywayException e) {
            List<String> extensions = Arrays.stream(schemas)
                    .flatMap(schema -> schema.extensions().stream())
                    .toList();
            throw new IllegalStateException(MigrationFailure.line(e, url, extensions), e);
        }
    }

    /** The lock ends with its transaction, also behind a pooler and when this process dies. */
    private static int inTurn(JdbcSource source, Schema... schemas) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement lock = connection.prepareStatement("select pg_advisory_xact_lock(?)")) {
            connection.setAutoCommit(false);
            lock.setLong(1, LOCK);
            lock.execute();
            int ran = 0;
            for (Schema schema : schemas) {
                if (!isUpToDate(connection, schema)) {
                    ran += migrate(source, schema);
                }
            }
            connection.commit();
            return ran;
        }
    }

    /** In another encoding some texts could not be stored, which would show only later, text by text. */
    private static void requireUnicode(JdbcSource source) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet encoding = statement.executeQuery("show server_encoding")) {
            if (encoding.next() && !encoding.getString(1).equals("UTF8")) {
                throw new IllegalStateException("its encoding is " + encoding.getString(1)
                        + " (needed: a database made with encoding 'UTF8' template template0)");
            }
        }
    }

    /**
     * Asked first: Flyway takes half a second of a start to find that nothing is to do. So a script that was changed after it ran is
     * noticed with the next new one.
     */
    private static boolean isUpToDate(Connection connection, Schema schema) throws SQLException {
        try (PreparedStatement exists = connection.prepareStatement("select to_regclass(?) is not null");
                Statement quoting = connection.createStatement()) {
            String history = quoting.enquoteIdentifier(schema.history(), true);
            exists.setString(1, history);
            if (!isTrue(exists)) {
                return false;
            }
            try (PreparedStatement ran = connection.prepareStatement(
                    "select exists (select from " + history + " where version = ? and success)")) {
                ran.setString(1, schema.newest());
                return isTrue(ran);
            }
        }
    }

    private static boolean isTrue(PreparedStatement question) throws SQLException {
        try (ResultSet answer = question.executeQuery()) {
            return answer.next() && answer.getBoolean(1);
        }
    }

    private static int migrate(JdbcSource source, Schema schema) {
        return Flyway.configure(Migrations.class.getClassLoader())
                .dataSource(source)
                .locations("classpath:" + schema.location())
                .table(schema.history())
                .placeholders(schema.names())
                // Other tables may be there already; ours begin with version 1 all the same.
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .loggers("slf4j")
                .validateMigrationNaming(true)
                .connectRetries(0)
                .load()
                .migrate()
                .migrationsExecuted;
    }
}
