package io.vibee.persistence.embedded;

import io.r2dbc.postgresql.client.SSLMode;
import io.vibee.journal.database.DatabaseUrl;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PostgreSQL server that Vibee starts when it is given none. It is durable and listens on a free port of 127.0.0.1. Only
 * the owner of the data directory can read its password. One process at a time holds the directory. A server that outlived a
 * killed JVM is stopped first; nothing that was committed is lost. Blocks: for start-up and shutdown only.
 */
public final class EmbeddedDatabase implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);
    private static final String NAME = "vibee";
    private static final String INITIALISED = "vibee.initialised";
    /** After a kill, recovery replays all writes since the last checkpoint. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    static final Map<String, String> DURABLE = Map.of("fsync", "on", "synchronous_commit", "on");

    private final DataDirectoryLock lock;
    private final Path data;
    private final EmbeddedPostgres server;
    private final DatabaseUrl url;
    private boolean closed;

    /**
     * Starts the server of this directory, and makes both if need be.
     *
     * @param directory holds everything
     * @throws DatabaseLockedException when another process uses the directory
     * @throws UncheckedIOException when the server can't be started
     */
    public static EmbeddedDatabase start(Path directory) {
        return start(directory, directory.resolve("postgres-binaries"), DURABLE, PATIENCE);
    }

    /**
     * As {@link #start(Path)}.
     *
     * @param binaries where the server's program files are unpacked once
     * @param options of postgresql.conf
     * @param patience how long to wait until it answers
     */
    static EmbeddedDatabase start(Path directory, Path binaries, Map<String, String> options, Duration patience) {
        try {
            ownerOnly(directory);
            Path home = directory.toRealPath();
            DataDirectoryLock lock = DataDirectoryLock.acquire(home);
            try {
                return new EmbeddedDatabase(lock, home, binaries.toAbsolutePath(), options, patience);
            } catch (IOException | SQLException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The embedded PostgreSQL in " + directory + " can't be started: " + e.getMessage(), e);
        } catch (SQLException e) {
            throw new UncheckedIOException(
                    "The embedded PostgreSQL in " + directory + " can't be set up", new IOException(e));
        }
    }

    private EmbeddedDatabase(
            DataDirectoryLock lock, Path home, Path binaries, Map<String, String> options, Duration patience)
            throws IOException, SQLException {
        this.lock = lock;
        this.data = home.resolve("postgres");
        stopLeftover(data);
        setHalfMadeAside(data);
        ownerOnly(data);
        SuperuserPassword password = SuperuserPassword.in(home);
        this.server = launch(home, binaries, options, password, patience);
        try {
            DatabaseUrl maintenance = new DatabaseUrl(
                    "127.0.0.1", server.getPort(), "postgres", "postgres", password.secret(), SSLMode.DISABLE, null);
            this.url = maintenance.withDatabase(NAME);
            setUp(maintenance, password);
        } catch (IOException | SQLException | RuntimeException e) {
            stopServer();
            throw e;
        }
    }

    /** The address of Vibee's database on the server. */
    public DatabaseUrl url() {
        return url;
    }

    /** Stops the server, which disconnects its clients, and frees the directory. Repeating it is harmless. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (lock) {
            stopServer();
        } catch (IOException e) {
            throw new UncheckedIOException("The embedded PostgreSQL can't be stopped", e);
        }
    }

    private void stopServer() throws IOException {
        server.close();
        // The call above only logs when it gives up waiting.
        Optional<Postmaster> remaining = Postmaster.of(data);
        if (remaining.isPresent()) {
            remaining.get().stop();
        }
    }

    private EmbeddedPostgres launch(
            Path home, Path binaries, Map<String, String> given, SuperuserPassword password, Duration patience)
            throws IOException {
        Map<String, String> options = new TreeMap<>(given);
        options.put("listen_addresses", "127.0.0.1");
        // No socket file: it would lie in a directory that all users share.
        options.put("unix_socket_directories", "");
        options.put("max_connections", "200");
        // Errors are logged without statements and values, which may hold people's data.
        options.put("log_checkpoints", "off");
        options.put("log_error_verbosity", "terse");
        options.put("log_min_error_statement", "panic");
        options.put("password_encryption", "scram-sha-256");
        ServerLog serverLog = ServerLog.in(home);
        ProcessBuilder.Redirect log = serverLog.redirect();
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setOverrideWorkingDirectory(binaries.toFile())
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setConnectConfig("password", password.secret())
                // The same locale everywhere: letters of every script have case, and texts sort by code point.
                .setLocaleConfig("locale", "C")
                .setLocaleConfig("locale-provider", "builtin")
                .setLocaleConfig("builtin-locale", "C.UTF-8")
                .setPGStartupWait(patience)
                .setErrorRedirector(log)
                .setOutputRedirector(log);
        options.forEach(builder::setServerConfig);
        try {
            return builder.start();
        } catch (IOException | RuntimeException e) {
            Optional<Postmaster> halfStarted = Postmaster.of(data);
            if (halfStarted.isPresent()) {
                halfStarted.get().stop();
            }
            throw new IOException(serverLog.lastFatal().orElse("see " + serverLog), e);
        }
    }

    private void setUp(DatabaseUrl maintenance, SuperuserPassword password) throws IOException, SQLException {
        try (Connection connection = DriverManager.getConnection(maintenance.jdbcUrl(), maintenance.jdbcProperties());
                Statement statement = connection.createStatement()) {
            // The port was free a moment ago, and another server may answer on it now.
            String directory = single(statement, "show data_directory");
            if (!data.equals(Path.of(directory).toRealPath())) {
                throw new IOException("port " + maintenance.port() + " was taken by another PostgreSQL; start again");
            }
            password.enforce(connection, data);
            if (single(statement, "select count(*) from pg_database where datname = '" + NAME + "'")
                    .equals("0")) {
                statement.execute("create database " + NAME);
            }
        }
        Path marker = data.resolve(INITIALISED);
        if (!Files.exists(marker)) {
            Files.createFile(marker);
        }
    }

    private static String single(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            if (!rows.next()) {
                throw new SQLException("No row for: " + sql);
            }
            return rows.getString(1);
        }
    }

    private static void stopLeftover(Path data) throws IOException {
        Optional<Postmaster> leftover = Postmaster.of(data);
        if (leftover.isPresent()) {
            LOG.info(
                    "Stopping PostgreSQL (process {}), which outlived its JVM",
                    leftover.get().pid());
            leftover.get().stop();
        }
        Postmaster.forgetTheDead(data);
    }

    /** No server starts from the directory of a first start that was killed. It is moved away, not deleted. */
    private static void setHalfMadeAside(Path data) throws IOException {
        if (Files.exists(data) && !Files.exists(data.resolve(INITIALISED))) {
            Path aside =
                    data.resolveSibling("postgres-incomplete-" + Instant.now().toEpochMilli());
            LOG.warn("the first start in {} was never completed; the directory is now {}", data, aside);
            Files.move(data, aside);
        }
    }

    private static void ownerOnly(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }
}
