package io.vibee.journal.database;

import com.typesafe.config.ConfigFactory;
import io.vibee.journal.JournalSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One PostgreSQL server for all tests of a JVM, started by the first that needs it and gone with the JVM. It is not durable, which
 * makes it quick. Each {@link #fresh} database is a copy of a migrated template.
 */
public final class TestDatabase {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private TestDatabase() {}

    /** A new database with the journal's tables, those of the modules on the class path, and nothing in them. */
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
                Path directory = Files.createTempDirectory("test-database");
                TestServer server = TestServer.start(directory, TestServer.QUICK);
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    server.close();
                    delete(directory);
                }));
                maintenance = server.url();
                execute("create database template_migrated");
                DatabaseUrl template = maintenance.withDatabase("template_migrated");
                JournalSchema.migrate(template, ConfigFactory.defaultReference());
                ServiceLoader.load(TestSchema.class).forEach(schema -> schema.migrate(template));
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
            try (Connection connection = new JdbcSource(maintenance, "test").getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new IllegalStateException(sql, e);
            }
        }

        /** Hundreds of databases: whoever waits for the JVM's end does not wait for this. */
        private static void delete(Path directory) {
            try {
                new ProcessBuilder("rm", "-rf", directory.toString()).start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
