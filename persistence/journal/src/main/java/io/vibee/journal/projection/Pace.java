package io.vibee.journal.projection;

import java.time.Duration;

/**
 * When a worker rests: after each batch it owes rest, a multiple of the time that the batch took, which passing time pays off. What
 * comes now and then is handled at once, and only who owes more than a burst has to rest, so that under load more events come
 * together. Of one stream, whose steps follow each other.
 */
final class Pace {

    private final ProjectionSettings settings;
    private long owed;
    private long lastEnd;

    Pace(ProjectionSettings settings, long now) {
        this.settings = settings;
        this.lastEnd = now;
    }

    /**
     * A batch is written.
     *
     * @param start when it was begun, in nanoseconds of any clock that doesn't go back
     * @param end when it was done
     * @param events how many it had; a full one is followed by the next at once, for there is more
     * @return how long to rest now
     */
    Duration after(long start, long end, int events) {
        long idle = Math.max(0, start - lastEnd);
        long took = Math.max(0, end - start);
        lastEnd = end;
        long burst = settings.burst().toNanos();
        // Not more than is rested at once: after a load nothing is to be paid off for long.
        long most = events >= settings.batch() ? burst : 2 * burst;
        owed = Math.min(most, Math.max(0, owed - idle) + (long) (took * settings.rest()));
        return Duration.ofNanos(Math.max(0, owed - burst));
    }
}
