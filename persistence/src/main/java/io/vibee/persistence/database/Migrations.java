package io.vibee.persistence.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.output.MigrateResult;

/**
 * Brings the schema up to date. Nodes that start together take turns on Flyway's lock, so each migration runs once.
 * Blocks its caller: for start-up only.
 */
public final class Migrations {

    private static final String LOCATION = "classpath:io/vibee/persistence/migration";

    private Migrations() {}

    /**
     * Runs what is missing and gives the number of migrations that this call ran.
     *
     * @throws IllegalStateException when it can't, with the server's words and what is needed in one line
     */
    public static int run(DatabaseUrl url) {
        JdbcSource source = new JdbcSource(url);
        try {
            requireUnicode(source);
            return migrate(source);
        } catch (SQLException | FlywayException e) {
            throw new IllegalStateException(MigrationFailure.line(e, url), e);
        }
    }

    /** In another encoding some texts could be stored and others could not, which would show later and one by one. */
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

    private static int migrate(JdbcSource source) {
        MigrateResult result = Flyway.configure(Migrations.class.getClassLoader())
                .dataSource(source)
                .locations(LOCATION)
                .loggers("slf4j")
                .validateMigrationNaming(true)
                .connectRetries(0)
                .load()
                .migrate();
        return result.migrationsExecuted;
    }
}
