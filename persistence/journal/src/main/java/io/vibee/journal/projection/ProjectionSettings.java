package io.vibee.journal.projection;

import com.typesafe.config.Config;
import java.time.Duration;

/** The block {@code pekko.persistence.postgres.projections}; every key is explained in {@code reference.conf}. */
record ProjectionSettings(
        int batch,
        Duration minInterval,
        double rest,
        Duration burst,
        Duration lookInterval,
        Duration minBackoff,
        Duration maxBackoff) {

    ProjectionSettings {
        if (batch < 1) {
            throw new IllegalArgumentException("batch: " + batch + " (expected: at least 1)");
        }
        if (minBackoff.isNegative() || minBackoff.isZero() || maxBackoff.compareTo(minBackoff) < 0) {
            throw new IllegalArgumentException("min-backoff: " + minBackoff + ", max-backoff: " + maxBackoff
                    + " (expected: above zero, and max-backoff not below min-backoff)");
        }
        if (!(rest >= 0)) {
            throw new IllegalArgumentException("rest: " + rest + " (expected: 0 or more)");
        }
    }

    /** The pause after so many failures in a row, without the first pause, which comes anyway. */
    Duration pauseBeyondFirst(int failures) {
        Duration pause = minBackoff.multipliedBy(1L << Math.clamp(failures - 1L, 0, 20));
        return (pause.compareTo(maxBackoff) < 0 ? pause : maxBackoff).minus(minBackoff);
    }

    static ProjectionSettings of(Config config) {
        return new ProjectionSettings(
                config.getInt("batch"),
                config.getDuration("min-interval"),
                config.getDouble("rest"),
                config.getDuration("burst"),
                config.getDuration("look-interval"),
                config.getDuration("min-backoff"),
                config.getDuration("max-backoff"));
    }
}
