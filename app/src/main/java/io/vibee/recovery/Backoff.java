package io.vibee.recovery;

import java.time.Duration;

/** Waits that double from the first to the longest, each between its half and its whole. */
public record Backoff(Duration first, Duration longest) {

    /**
     * @param tries failures in a row, from 1
     * @param jitter from [0, 1)
     */
    public Duration after(int tries, double jitter) {
        long doubled = first.toMillis() << Math.clamp(tries - 1L, 0, 20);
        long capped = Math.min(doubled, longest.toMillis());
        return Duration.ofMillis(capped / 2 + Math.round(capped / 2.0 * jitter));
    }
}
