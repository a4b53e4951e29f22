package io.vibee.persistence.database;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;

/**
 * Brings the schema up to date. Nodes that start together take turns on Flyway's lock, so each migration runs once.
 * Blocks its caller: for start-up only.
 */
public final class Migrations {

    private static final String LOCATION = "classpath:io/vibee/persistence/migration";

    private Migrations() {}

    /** Runs what is missing and gives the number of migrations that this call ran. */
    public static int run(DatabaseUrl url) {
        MigrateResult result = Flyway.configure(Migrations.class.getClassLoader())
                .dataSource(new JdbcSource(url))
                .locations(LOCATION)
                .loggers("slf4j")
                .validateMigrationNaming(true)
                .connectRetries(0)
                .load()
                .migrate();
        return result.migrationsExecuted;
    }
}
