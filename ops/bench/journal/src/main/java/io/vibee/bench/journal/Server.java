package io.vibee.bench.journal;

import io.vibee.journal.database.DatabaseUrl;
import io.vibee.persistence.embedded.EmbeddedDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The one PostgreSQL that all contenders use, each with a database of its own: the embedded one, durable as Vibee starts it. */
final class Server implements AutoCloseable {

    private final EmbeddedDatabase embedded;
    private final long pid;

    Server(Path directory) throws IOException {
        embedded = EmbeddedDatabase.start(directory);
        pid = Long.parseLong(
                Files.readAllLines(directory.resolve("postgres/postmaster.pid")).getFirst());
    }

    /** A database of its own, made if it is not there. */
    DatabaseUrl database(String name) throws SQLException {
        DatabaseUrl vibee = embedded.url();
        if (!name.equals(vibee.database())) {
            execute(vibee, "create database " + name);
        }
        return vibee.withDatabase(name);
    }

    String describe() throws SQLException {
        return "PostgreSQL " + ask("show server_version") + ", embedded, fsync " + ask("show fsync")
                + ", synchronous_commit " + ask("show synchronous_commit") + ", shared_buffers "
                + ask("show shared_buffers");
    }

    /** So that no contender pays in its turn for what another has written. */
    void checkpoint() throws SQLException {
        execute(embedded.url(), "checkpoint");
    }

    /** Seconds of CPU that all its processes have used, also those that have ended. */
    double cpuSeconds() {
        return ProcessTimes.ofFamily(pid);
    }

    static String jdbc(DatabaseUrl url) {
        return "jdbc:postgresql://" + url.host() + ":" + url.port() + "/" + url.database();
    }

    static void execute(DatabaseUrl url, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbc(url), url.user(), url.password());
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private String ask(String sql) throws SQLException {
        DatabaseUrl url = embedded.url();
        try (Connection connection = DriverManager.getConnection(jdbc(url), url.user(), url.password());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Override
    public void close() {
        embedded.close();
    }
}
