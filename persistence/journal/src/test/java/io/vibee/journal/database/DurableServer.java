package io.vibee.journal.database;

import com.typesafe.config.ConfigFactory;
import io.vibee.journal.Eventually;
import io.vibee.journal.JournalSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of one's own with the journal's tables, that writes everything through to the disk and can be killed, stopped
 * and started again on the same port, and have a standby. Only processes of its own are touched.
 */
public final class DurableServer implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 30;

    private final DatabaseUrl url;
    private final Path data;
    private final Path log;
    private final List<String> command;
    private final Runnable end;

    /** In an empty directory, with the journal's tables. */
    public static DurableServer start(Path directory) {
        TestServer server = TestServer.start(directory, TestServer.DURABLE);
        JournalSchema.migrate(server.url(), ConfigFactory.defaultReference());
        return new DurableServer(server);
    }

    private DurableServer(TestServer server) {
        this.url = server.url();
        this.data = server.data();
        this.log = data.resolveSibling("restarted.log");
        this.command = commandOf(server.postmaster());
        this.end = server::close;
    }

    private DurableServer(DurableServer primary, Path home, int port) {
        this.url = new DatabaseUrl(
                primary.url.host(),
                port,
                primary.url.database(),
                primary.url.user(),
                primary.url.password(),
                primary.url.sslMode(),
                primary.url.sslRootCertificate());
        this.data = home.resolve("postgres");
        this.log = home.resolve("restarted.log");
        this.command = new ArrayList<>(primary.command);
        // The last of two is taken.
        command.addAll(List.of("-D", data.toString(), "-p", Integer.toString(port)));
        this.end = this::stopFast;
    }

    public DatabaseUrl url() {
        return url;
    }

    /**
     * Another server that stores what this one does before this one acknowledges it. This one is stopped for a moment.
     *
     * @param directory an empty one
     */
    public DurableServer synchronousStandby(Path directory) {
        try {
            stopFast();
            Path copy = directory.toRealPath().resolve("postgres");
            copy(data, copy);
            DurableServer standby = new DurableServer(this, directory.toRealPath(), freePort());
            Files.createFile(copy.resolve("standby.signal"));
            append(copy.resolve("postgresql.auto.conf"), """
                    primary_conninfo = 'host=%s port=%d user=%s application_name=standby'
                    """.formatted(url.host(), url.port(), url.user()));
            append(data.resolve("pg_hba.conf"), "host replication all 127.0.0.1/32 trust\n");
            append(data.resolve("postgresql.auto.conf"), "synchronous_standby_names = 'standby'\n");
            startAgain();
            standby.startAgain();
            return standby;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes a standby a server that is written to; returns when it can be. */
    public void promote() {
        try (Connection connection = new JdbcSource(url, "test").getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("select pg_promote()");
        } catch (SQLException e) {
            throw new AssertionError("not promoted: see " + log, e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path source : all.toList()) {
                Files.copy(source, to.resolve(from.relativize(source)), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private static void append(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.APPEND);
    }

    /**
     * Ends the server and everything it started by SIGKILL, as a crash of the machine does but for the page cache. The postmaster
     * stands still meanwhile and ends last: a backend that waits for the standby and finds the postmaster dead stops waiting, and
     * others see for a moment what it committed and the standby does not have.
     */
    public void kill() {
        ProcessHandle postmaster = postmaster();
        signal(postmaster, "STOP");
        List<ProcessHandle> all = new ArrayList<>(postmaster.descendants().toList());
        all.add(postmaster);
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(DurableServer::awaitEnd);
    }

    /** As {@code pg_ctl stop -m fast}: clients are disconnected, open transactions rolled back, everything is written. */
    public void stopFast() {
        ProcessHandle postmaster = postmaster();
        signal(postmaster, "INT");
        awaitEnd(postmaster);
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
        Eventually.until("PostgreSQL comes back: see " + log, Duration.ofSeconds(PATIENCE_SECONDS), this::answers);
    }

    @Override
    public void close() {
        end.run();
    }

    private boolean answers() {
        try (Connection connection = new JdbcSource(url, "test").getConnection();
                Statement statement = connection.createStatement()) {
            return statement.execute("select 1");
        } catch (SQLException e) {
            return false;
        }
    }

    private ProcessHandle postmaster() {
        return TestServer.postmaster(data);
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

    /** The JDK can send TERM, for which PostgreSQL waits for its clients, and KILL only. Returns when it is sent. */
    private static void signal(ProcessHandle process, String name) {
        try {
            Process kill = new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + process.pid()).start();
            awaitEnd(kill.toHandle());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitEnd(ProcessHandle process) {
        try {
            process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("process " + process.pid() + " lives on", e);
        }
    }
}
