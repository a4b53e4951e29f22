package io.vibee.persistence.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
@Tag("database")
class EmbeddedDatabaseTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void keepsItsDataFromOneStartToTheNextAndForItsOwnerAlone() throws Exception {
        try (EmbeddedDatabase database = start()) {
            execute(database.url(), "create table kept (word text)");
            execute(database.url(), "insert into kept values ('hello')");

            assertThat(ask(database.url(), "show fsync")).isEqualTo("on");
            assertThat(ask(database.url(), "show listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(ask(database.url(), "select lower('ЩЁ')")).isEqualTo("щё");
            assertThat(ask(database.url(), "show unix_socket_directories")).isEmpty();
            assertThatThrownBy(() -> ask(stranger(database.url()), "select 1"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password");
        }
        try (EmbeddedDatabase database = start()) {
            assertThat(ask(database.url(), "select word from kept")).isEqualTo("hello");
        }

        assertThat(Postmaster.of(directory.resolve("postgres"))).isEmpty();
        for (String file : List.of("postgres", "postgres.password")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(file))))
                    .endsWith("------");
        }
    }

    @Test
    void losesNothingWhenTheJvmIsKilledAndLeavesNoSecondServer() throws Exception {
        Process jvm = fork();
        Path data = directory.toRealPath().resolve("postgres");
        long orphan;
        try {
            assertThat(firstLine(jvm)).isEqualTo("written");
            assertThatThrownBy(() -> EmbeddedDatabase.start(directory))
                    .isInstanceOf(DatabaseLockedException.class)
                    .hasMessageContaining("in use by another process");
            orphan = Postmaster.of(data).orElseThrow().pid();
        } finally {
            jvm.destroyForcibly();
        }
        assertThat(jvm.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(ProcessHandle.of(orphan)).as("the server outlives its JVM").isPresent();

        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory)) {
            assertThat(ask(database.url(), "select word from kept")).isEqualTo("acknowledged");
            assertThat(ProcessHandle.of(orphan)).as("the orphan is stopped").isEmpty();
        }
        assertThat(Postmaster.of(data)).isEmpty();
    }

    @Test
    void recoversFromAFirstStartThatWasKilledHalfWay() throws Exception {
        Path data = Files.createDirectory(directory.resolve("postgres"));
        Files.writeString(data.resolve("postgresql.conf"), "half writ");

        try (EmbeddedDatabase database = start()) {
            assertThat(ask(database.url(), "select 1")).isEqualTo("1");
        }
        try (var entries = Files.list(directory)) {
            assertThat(entries.map(path -> path.getFileName().toString()))
                    .anyMatch(name -> name.startsWith("postgres-incomplete-"));
        }
    }

    @Test
    void saysInTheServersWordsWhyItCanNotStart() throws Exception {
        Path data = Files.createDirectory(directory.resolve("postgres"));
        Files.createFile(data.resolve("vibee.initialised"));
        Files.writeString(data.resolve("postgresql.conf"), "");
        Files.writeString(data.resolve("PG_VERSION"), "9\n");

        assertThatThrownBy(() -> EmbeddedDatabase.start(
                        directory, TestServer.BINARIES, EmbeddedDatabase.DURABLE, Duration.ofSeconds(3)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("database files are incompatible with server");
        assertThat(Files.readString(data.resolve("PG_VERSION"))).isEqualTo("9\n");
    }

    @Test
    void leavesAProcessAloneThatHasTheDeadServersNumber() throws Exception {
        Path record = directory.toRealPath().resolve("postgres").resolve("postmaster.pid");
        List<String> lines;
        try (EmbeddedDatabase database = start()) {
            lines = new ArrayList<>(Files.readAllLines(record));
            execute(database.url(), "create table kept (word text)");
        }
        Process stranger = new ProcessBuilder("cat").start();
        try {
            lines.set(0, Long.toString(stranger.pid()));
            Files.write(record, lines);

            try (EmbeddedDatabase database = start()) {
                assertThat(ask(database.url(), "select count(*) from kept")).isEqualTo("0");
            }
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroy();
        }
    }

    private EmbeddedDatabase start() {
        return EmbeddedDatabase.start(
                directory, TestServer.BINARIES, EmbeddedDatabase.DURABLE, EmbeddedDatabase.PATIENCE);
    }

    private Process fork() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        // It lives for seconds.
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EmbeddedDatabaseFork.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String firstLine(Process process) throws IOException {
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        String line = output.readLine();
        return line == null ? "ended" : line;
    }

    private static DatabaseUrl stranger(DatabaseUrl url) {
        return new DatabaseUrl(
                url.host(), url.port(), url.database(), url.user(), "guess", url.sslMode(), url.sslRootCertificate());
    }

    private static void execute(DatabaseUrl url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url.jdbcUrl(), url.jdbcProperties());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String ask(DatabaseUrl url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url.jdbcUrl(), url.jdbcProperties());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }
}
