package io.vibee.journal.query;

import com.typesafe.config.Config;
import java.time.Duration;

/** The block {@code pekko.persistence.postgres.query}; every key is explained in {@code reference.conf}. */
record QuerySettings(int page, Duration pollInterval, Duration minInterval, Duration hiddenAgainAfter) {

    QuerySettings {
        if (page < 1) {
            throw new IllegalArgumentException("page: " + page + " (expected: at least 1)");
        }
        check("poll-interval", pollInterval);
        check("hidden-again-after", hiddenAgainAfter);
    }

    static QuerySettings of(Config config) {
        return new QuerySettings(
                config.getInt("page"),
                config.getDuration("poll-interval"),
                config.getDuration("min-interval"),
                config.getDuration("hidden-again-after"));
    }

    private static void check(String name, Duration duration) {
        if (duration.toMillis() < 1) {
            throw new IllegalArgumentException(name + ": " + duration + " (expected: at least 1 ms)");
        }
    }
}
