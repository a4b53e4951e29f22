package io.vibee.journal.database;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;

/** The block {@code pekko.persistence.postgres.database} without its address; every key is explained in {@code reference.conf}. */
public record PoolSettings(
        int initialSize,
        int maxSize,
        int maxPending,
        Duration maxAcquireTime,
        Duration maxIdleTime,
        Duration maxLifeTime,
        Duration connectTimeout,
        Duration statementTimeout,
        Duration operationTimeout,
        int preparedStatements,
        String applicationName) {

    static final String CONFIG_PATH = "pekko.persistence.postgres.database";

    public PoolSettings {
        atLeast("pool.initial-size", initialSize, 0);
        atLeast("pool.max-size", maxSize, 1);
        atLeast("pool.max-pending", maxPending, 1);
        if (initialSize > maxSize) {
            throw new IllegalArgumentException(
                    "pool.initial-size: " + initialSize + " (expected: at most pool.max-size, " + maxSize + ")");
        }
        positive("pool.max-acquire-time", maxAcquireTime);
        positive("pool.max-idle-time", maxIdleTime);
        positive("pool.max-life-time", maxLifeTime);
        positive("connect-timeout", connectTimeout);
        positive("statement-timeout", statementTimeout);
        positive("operation-timeout", operationTimeout);
        atLeast("prepared-statements", preparedStatements, 0);
        if (applicationName.isBlank()) {
            throw new IllegalArgumentException("application-name: blank (expected: a name)");
        }
    }

    /** Reads the block {@code pekko.persistence.postgres.database}. */
    public static PoolSettings of(Config database) {
        Config pool = database.getConfig("pool");
        return new PoolSettings(
                pool.getInt("initial-size"),
                pool.getInt("max-size"),
                pool.getInt("max-pending"),
                pool.getDuration("max-acquire-time"),
                pool.getDuration("max-idle-time"),
                pool.getDuration("max-life-time"),
                database.getDuration("connect-timeout"),
                database.getDuration("statement-timeout"),
                database.getDuration("operation-timeout"),
                database.getInt("prepared-statements"),
                database.getString("application-name"));
    }

    /** The settings in {@code reference.conf}. */
    public static PoolSettings defaults() {
        return of(ConfigFactory.defaultReference().getConfig(CONFIG_PATH));
    }

    private static void atLeast(String key, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(key + ": " + value + " (expected: at least " + least + ")");
        }
    }

    private static void positive(String key, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(key + ": " + value + " (expected: a duration above zero)");
        }
    }
}
