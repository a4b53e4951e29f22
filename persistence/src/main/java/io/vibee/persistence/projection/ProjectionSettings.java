package io.vibee.persistence.projection;

import com.typesafe.config.Config;
import java.time.Duration;

/** The block {@code vibee.persistence.projections}; what each means stands in {@code reference.conf}. */
record ProjectionSettings(
        int batch, double rest, Duration burst, Duration lookInterval, Duration minBackoff, Duration maxBackoff) {

    ProjectionSettings {
        if (batch < 1) {
            throw new IllegalArgumentException("batch: " + batch + " (expected: at least 1)");
        }
        if (!(rest >= 0)) {
            throw new IllegalArgumentException("rest: " + rest + " (expected: 0 or more)");
        }
    }

    static ProjectionSettings of(Config config) {
        return new ProjectionSettings(
                config.getInt("batch"),
                config.getDouble("rest"),
                config.getDuration("burst"),
                config.getDuration("look-interval"),
                config.getDuration("min-backoff"),
                config.getDuration("max-backoff"));
    }
}
