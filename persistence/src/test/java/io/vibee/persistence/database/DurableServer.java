package io.vibee.persistence.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A PostgreSQL server of one's own with the whole schema, that writes everything through to the disk and can be killed, stopped
 * and started again on the same port. Only processes of its own are touched.
 */
public final class DurableServer implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 30;

    private final EmbeddedDatabase database;
    private final Path data;
    private final Path log;
    private final List<String> command;

    /** In an empty directory. */
    public static DurableServer start(Path directory) {
        EmbeddedDatabase database = open(directory);
        try {
            Migrations.run(database.url());
            return new DurableServer(database, directory.toRealPath());
        } catch (IOException e) {
            database.close();
            throw new UncheckedIOException(e);
        }
    }

    /** The server alone, as Vibee starts it, but with the program files that all tests share. */
    public static EmbeddedDatabase open(Path directory) {
        return EmbeddedDatabase.start(
                directory, TestDatabase.BINARIES, EmbeddedDatabase.DURABLE, EmbeddedDatabase.PATIENCE);
    }

    private DurableServer(EmbeddedDatabase database, Path home) throws IOException {
        this.database = database;
        this.data = home.resolve("postgres");
        this.log = home.resolve("restarted.log");
        this.command = commandOf(postmaster());
    }

    public DatabaseUrl url() {
        return database.url();
    }

    /** Ends the server and everything it started by SIGKILL, as a crash of the machine does but for the page cache. */
    public void kill() {
        ProcessHandle postmaster = postmaster();
        List<ProcessHandle> all = new ArrayList<>();
        all.add(postmaster);
        postmaster.descendants().forEach(all::add);
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(DurableServer::awaitEnd);
    }

    /** As {@code pg_ctl stop -m fast}: clients are disconnected, open transactions rolled back, everything is written. */
    public void stopFast() {
        try {
            Postmaster.of(data).orElseThrow().stop();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same server again; returns when it answers. */
    public void startAgain() {
        try {
            new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        long deadline = System.nanoTime() + Duration.ofSeconds(PATIENCE_SECONDS).toNanos();
        while (!answers()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("PostgreSQL does not come back: see " + log);
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        database.close();
    }

    private boolean answers() {
        try (Connection connection = new JdbcSource(url()).getConnection();
                Statement statement = connection.createStatement()) {
            return statement.execute("select 1");
        } catch (SQLException e) {
            return false;
        }
    }

    private ProcessHandle postmaster() {
        try {
            return ProcessHandle.of(Postmaster.of(data).orElseThrow().pid()).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** PostgreSQL refuses to run as root: in a user namespace of its own it is nobody. */
    private static List<String> commandOf(ProcessHandle postmaster) {
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(postmaster.info().command().orElseThrow());
        command.addAll(List.of(postmaster.info().arguments().orElseThrow()));
        return command;
    }

    private static void awaitEnd(ProcessHandle process) {
        try {
            process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("process " + process.pid() + " lives on", e);
        }
    }
}
