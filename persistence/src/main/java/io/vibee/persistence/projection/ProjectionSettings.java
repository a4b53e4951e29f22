package io.vibee.persistence.projection;

import com.typesafe.config.Config;
import java.time.Duration;

/** The block {@code vibee.persistence.projections}; what each means stands in {@code reference.conf}. */
record ProjectionSettings(int batch, Duration lookInterval, Duration minBackoff, Duration maxBackoff) {

    ProjectionSettings {
        if (batch < 1) {
            throw new IllegalArgumentException("batch: " + batch + " (expected: at least 1)");
        }
    }

    static ProjectionSettings of(Config config) {
        return new ProjectionSettings(
                config.getInt("batch"),
                config.getDuration("look-interval"),
                config.getDuration("min-backoff"),
                config.getDuration("max-backoff"));
    }
}
