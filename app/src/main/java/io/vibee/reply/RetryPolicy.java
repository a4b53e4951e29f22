package io.vibee.reply;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When to ask a provider again: exponential backoff with full jitter, and never before the time that it gave.
 *
 * @param tries calls to one provider for one reply, the first included
 * @param firstPause the longest pause before the second try; it doubles with each further one
 * @param longestPause the limit of that doubling
 * @param longestRetryAfter if a provider asks for more than this, the reply gives it up
 */
public record RetryPolicy(int tries, Duration firstPause, Duration longestPause, Duration longestRetryAfter) {
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(3, Duration.ofMillis(500), Duration.ofSeconds(8), Duration.ofSeconds(20));

    public RetryPolicy {
        if (tries < 1) {
            throw new IllegalArgumentException("tries: " + tries + " (expected: 1 or more)");
        }
        if (firstPause.isNegative() || longestPause.isNegative() || longestRetryAfter.isNegative()) {
            throw new IllegalArgumentException("a pause is negative (expected: 0 or more)");
        }
    }

    /** The pause after failure number {@code failures} (from 1); empty when the provider is not asked again. */
    Optional<Duration> pauseAfter(int failures, @Nullable Duration retryAfter, RandomGenerator random) {
        if (failures >= tries || (retryAfter != null && retryAfter.compareTo(longestRetryAfter) > 0)) {
            return Optional.empty();
        }
        double doubled = (double) firstPause.toNanos() * Math.pow(2, failures - 1);
        long bound = (long) Math.min(doubled, (double) longestPause.toNanos());
        Duration jitter = Duration.ofNanos(random.nextLong(bound + 1));
        return Optional.of(retryAfter == null ? jitter : retryAfter.plus(jitter));
    }
}
