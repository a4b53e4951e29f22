package io.vibee.journal.database;

import io.r2dbc.postgresql.client.SSLMode;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** A PostgreSQL server that a test starts in a directory and ends: on a free port of 127.0.0.1, where it trusts everybody. */
public final class TestServer implements AutoCloseable {

    /** As a server that people's data is on. */
    public static final Map<String, String> DURABLE = Map.of("fsync", "on", "synchronous_commit", "on");

    /** Gone with the machine, and quick. */
    public static final Map<String, String> QUICK =
            Map.of("fsync", "off", "synchronous_commit", "off", "full_page_writes", "off");

    /** The server's program files, unpacked once per machine and not once per test. */
    public static final Path BINARIES =
            Path.of(System.getProperty("java.io.tmpdir"), "vibee-test-postgres-" + System.getProperty("user.name"));

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final EmbeddedPostgres server;
    private final Path data;

    /**
     * Starts one.
     *
     * @param directory made when it is not there; the data is in {@code postgres} within
     * @param options of postgresql.conf
     */
    public static TestServer start(Path directory, Map<String, String> options) {
        try {
            Files.createDirectories(directory);
            return new TestServer(directory.toRealPath(), options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private TestServer(Path home, Map<String, String> given) throws IOException {
        this.data = home.resolve("postgres");
        Map<String, String> options = new TreeMap<>(given);
        options.put("listen_addresses", "127.0.0.1");
        options.put("unix_socket_directories", "");
        options.put("max_connections", "200");
        ProcessBuilder.Redirect log =
                ProcessBuilder.Redirect.appendTo(home.resolve("postgres.log").toFile());
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setOverrideWorkingDirectory(BINARIES.toFile())
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setLocaleConfig("locale", "C")
                .setLocaleConfig("locale-provider", "builtin")
                .setLocaleConfig("builtin-locale", "C.UTF-8")
                .setPGStartupWait(PATIENCE)
                .setErrorRedirector(log)
                .setOutputRedirector(log);
        options.forEach(builder::setServerConfig);
        this.server = builder.start();
    }

    /** Its first database, as its superuser. */
    public DatabaseUrl url() {
        return new DatabaseUrl("127.0.0.1", server.getPort(), "postgres", "postgres", null, SSLMode.DISABLE, null);
    }

    Path data() {
        return data;
    }

    /** Its first process. */
    ProcessHandle postmaster() {
        return postmaster(data);
    }

    static ProcessHandle postmaster(Path data) {
        try {
            String pid = Files.readAllLines(data.resolve("postmaster.pid")).getFirst();
            return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
