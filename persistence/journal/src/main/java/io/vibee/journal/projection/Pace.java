package io.vibee.journal.projection;

import java.time.Duration;

/**
 * Decides when a worker rests. Each batch adds a multiple of the time that it took to the rest that is owed, and idle time pays
 * it off. A worker that owes more than a burst has to rest. So events that come now and then are handled at once, and under
 * load more events come together. For one stream, whose steps follow each other.
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
     * Counts a batch that was written.
     *
     * @param start when the batch began, in nanoseconds of any clock that doesn't go back
     * @param end when it was done
     * @param events how many events it had; after a full batch the next comes at once, since there are more
     * @return how long to rest now
     */
    Duration after(long start, long end, int events) {
        long idle = Math.max(0, start - lastEnd);
        long took = Math.max(0, end - start);
        lastEnd = end;
        long burst = settings.burst().toNanos();
        // The debt has a limit, so that nothing is paid off for long after a load.
        long most = events >= settings.batch() ? burst : 2 * burst;
        owed = Math.min(most, Math.max(0, owed - idle) + (long) (took * settings.rest()));
        return Duration.ofNanos(Math.max(0, owed - burst));
    }
}
