package io.vibee.sandbox;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Where counting starts, and the least time between two immediate 409s of one bot.
 *
 * @param firstMessageId of every chat
 */
public record SandboxNumbers(long firstUpdateId, long firstMessageId, Duration betweenConflicts) {
    private static final Instant EARLIEST = Instant.parse("2026-01-01T00:00:00Z");

    /** As Telegram: updates count from a random number, messages from 1, and conflicts have 3 s between them. */
    public static SandboxNumbers random() {
        return new SandboxNumbers(
                ThreadLocalRandom.current().nextLong(100_000_000, 900_000_000), 1, Duration.ofSeconds(3));
    }

    /** Numbers above those of every earlier start, since clients may have stored those. */
    public static SandboxNumbers growingWithTime() {
        long seconds = Math.max(1, Duration.between(EARLIEST, Instant.now()).toSeconds());
        return new SandboxNumbers(seconds, seconds, Duration.ofSeconds(3));
    }
}
