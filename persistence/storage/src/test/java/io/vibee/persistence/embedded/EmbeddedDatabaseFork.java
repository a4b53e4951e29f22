package io.vibee.persistence.embedded;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;

/** A process of its own that starts a database, writes a row, says so and then waits to be killed. */
final class EmbeddedDatabaseFork {

    private EmbeddedDatabaseFork() {}

    public static void main(String[] arguments) throws Exception {
        EmbeddedDatabase database = EmbeddedDatabase.start(Path.of(arguments[0]));
        try (Connection connection = DriverManager.getConnection(
                        database.url().jdbcUrl(), database.url().jdbcProperties());
                Statement statement = connection.createStatement()) {
            statement.execute("create table kept (word text)");
            statement.execute("insert into kept values ('acknowledged')");
        }
        System.out.println("written");
        // Until it is killed, or the one who started it is gone.
        int unused = System.in.read();
        database.close();
    }
}
