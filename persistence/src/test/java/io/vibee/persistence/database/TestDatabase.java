package io.vibee.persistence.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * One PostgreSQL server for all tests of a JVM, started by the first that needs it and gone with the JVM. It is not durable, which
 * makes it quick. Each {@link #fresh} database is a copy of a migrated template.
 */
public final class TestDatabase {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** The server's program files, unpacked once per machine and not once per test. */
    static final Path BINARIES =
            Path.of(System.getProperty("java.io.tmpdir"), "vibee-test-postgres-" + System.getProperty("user.name"));

    private TestDatabase() {}

    /** A new database with the whole schema and nothing in it. */
    public static DatabaseUrl fresh() {
        return Server.INSTANCE.copy("template_migrated");
    }

    /** A new database without even the schema. */
    public static DatabaseUrl empty() {
        return Server.INSTANCE.copy("template0");
    }

    private static final class Server {

        static final Server INSTANCE = new Server();

        private final DatabaseUrl maintenance;

        private Server() {
            try {
                Path directory = Files.createTempDirectory("vibee-test-database");
                EmbeddedDatabase server = EmbeddedDatabase.start(
                        directory,
                        BINARIES,
                        Map.of("fsync", "off", "synchronous_commit", "off", "full_page_writes", "off"),
                        EmbeddedDatabase.PATIENCE);
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    server.close();
                    delete(directory);
                }));
                maintenance = server.url().withDatabase("postgres");
                execute("create database template_migrated");
                Migrations.run(server.url().withDatabase("template_migrated"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        DatabaseUrl copy(String template) {
            String name = "test_" + NUMBER.incrementAndGet();
            execute("create database " + name + " template " + template + " strategy file_copy");
            return maintenance.withDatabase(name);
        }

        private synchronized void execute(String sql) {
            try (Connection connection = new JdbcSource(maintenance).getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new IllegalStateException(sql, e);
            }
        }

        private static void delete(Path directory) {
            try (Stream<Path> all = Files.walk(directory)) {
                List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
                for (Path path : deepestFirst) {
                    Files.deleteIfExists(path);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
