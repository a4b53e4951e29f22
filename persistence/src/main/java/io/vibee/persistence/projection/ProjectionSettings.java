package io.vibee.persistence.projection;

import com.typesafe.config.Config;
import java.time.Duration;

/** The block {@code vibee.persistence.projections}; what each means stands in {@code reference.conf}. */
record ProjectionSettings(
        int batch, double rest, Duration maxRest, Duration lookInterval, Duration minBackoff, Duration maxBackoff) {

    ProjectionSettings {
        if (batch < 1) {
            throw new IllegalArgumentException("batch: " + batch + " (expected: at least 1)");
        }
        if (!(rest >= 0)) {
            throw new IllegalArgumentException("rest: " + rest + " (expected: 0 or more)");
        }
    }

    /** How long a worker rests after a batch; not at all while there is more than a batch holds. */
    Duration restAfter(Duration batchTook, int events) {
        if (events >= batch) {
            return Duration.ZERO;
        }
        Duration pause = Duration.ofNanos((long) (batchTook.toNanos() * rest));
        return pause.compareTo(maxRest) < 0 ? pause : maxRest;
    }

    static ProjectionSettings of(Config config) {
        return new ProjectionSettings(
                config.getInt("batch"),
                config.getDouble("rest"),
                config.getDuration("max-rest"),
                config.getDuration("look-interval"),
                config.getDuration("min-backoff"),
                config.getDuration("max-backoff"));
    }
}
