package io.vibee.persistence.cluster;

import io.vibee.journal.database.DatabaseUrl;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;

/**
 * Which database a node uses, whatever it is called. A database that was restored or copied by SQL is another one, on the same server too.
 * One that was copied with its server's files is the same, and so is a standby that took over.
 *
 * @param id made of the server's and the database's own numbers; no secret
 * @param readAt when it was read, by the database's clock
 */
public record DatabaseIdentity(String id, Instant readAt) {

    /**
     * Asks the database. Blocks: for start-up only.
     *
     * @throws IllegalStateException when it can't be asked, with the server's words
     */
    public static DatabaseIdentity read(DatabaseUrl url) {
        try (Connection connection = DriverManager.getConnection(url.jdbcUrl(), url.jdbcProperties());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        select system_identifier || '-' || oid as id, clock_timestamp() as read_at
                          from pg_control_system(), pg_database where datname = current_database()""")) {
            if (!row.next()) {
                throw new IllegalStateException("the database names no database of its server as its own");
            }
            return new DatabaseIdentity(
                    row.getString("id"), row.getTimestamp("read_at").toInstant());
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }
}
