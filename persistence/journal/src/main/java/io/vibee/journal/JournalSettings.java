package io.vibee.journal;

import com.typesafe.config.Config;
import java.time.Duration;

/** The block {@code pekko.persistence.postgres.journal}; every key is explained in {@code reference.conf}. */
record JournalSettings(
        int connections,
        int batchEvents,
        long batchBytes,
        int queueWrites,
        long queueBytes,
        Duration dropBefore,
        Duration keepConnection,
        Duration callTimeout,
        long maxPayload,
        int replayPage) {

    JournalSettings {
        atLeastOne("group-commit.connections", connections);
        atLeastOne("group-commit.batch-events", batchEvents);
        atLeastOne("group-commit.batch-size", batchBytes);
        atLeastOne("group-commit.queue-writes", queueWrites);
        atLeastOne("group-commit.queue-size", queueBytes);
        atLeastOne("max-payload", maxPayload);
        atLeastOne("replay-page", replayPage);
        if (dropBefore.isNegative() || dropBefore.compareTo(callTimeout) >= 0) {
            throw new IllegalArgumentException("group-commit.drop-before-timeout: " + dropBefore
                    + " (expected: less than circuit-breaker.call-timeout, " + callTimeout + ")");
        }
    }

    static JournalSettings of(Config journal) {
        Config group = journal.getConfig("group-commit");
        return new JournalSettings(
                group.getInt("connections"),
                group.getInt("batch-events"),
                group.getBytes("batch-size"),
                group.getInt("queue-writes"),
                group.getBytes("queue-size"),
                group.getDuration("drop-before-timeout"),
                group.getDuration("keep-connection"),
                journal.getDuration("circuit-breaker.call-timeout"),
                journal.getBytes("max-payload"),
                journal.getInt("replay-page"));
    }

    /** How long a write may wait before it is sent. */
    Duration patience() {
        return callTimeout.minus(dropBefore);
    }

    private static void atLeastOne(String key, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(key + ": " + value + " (expected: at least 1)");
        }
    }
}
