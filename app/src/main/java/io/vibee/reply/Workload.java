package io.vibee.reply;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The requests that the engine works on, how long they take, and so when it will have room again. Not thread-safe. */
final class Workload {
    static final Duration SHORTEST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(60);

    /** The part that the latest reply has in the mean time of all. */
    private static final double LATEST = 0.1;

    private record Working(OpenRequest open, long since) {}

    /** A request that has its outcome, and the time that this took. */
    record Ended(OpenRequest open, Duration took) {}

    private final int parallel;
    private final Map<Long, Working> working = new HashMap<>();
    private double meanMillis = 2000;

    /**
     * Without work so far.
     *
     * @param parallel requests at a time; 0 means no limit
     */
    Workload(int parallel) {
        this.parallel = parallel == 0 ? Integer.MAX_VALUE : parallel;
    }

    boolean hasRoom() {
        return working.size() < parallel;
    }

    boolean isIdle() {
        return working.isEmpty();
    }

    /** Takes a request under a new id. */
    void begin(long id, OpenRequest open) {
        working.put(id, new Working(open, System.nanoTime()));
    }

    /** Gives up a request; null when there is none under this id. */
    @Nullable
    Ended end(long id) {
        Working done = working.remove(id);
        if (done == null) {
            return null;
        }
        Duration took = Duration.ofNanos(System.nanoTime() - done.since());
        meanMillis += LATEST * ((double) took.toMillis() - meanMillis);
        return new Ended(done.open(), took);
    }

    /** Gives up all requests. */
    List<OpenRequest> endAll() {
        List<OpenRequest> all = working.values().stream().map(Working::open).toList();
        working.clear();
        return all;
    }

    /** Roughly the time until so many waiting requests are done: 1 to 60 s. */
    Duration retryAfter(int waiting) {
        Duration estimate = Duration.ofMillis((long) (meanMillis * (waiting + 1) / parallel));
        if (estimate.compareTo(SHORTEST_RETRY) < 0) {
            return SHORTEST_RETRY;
        }
        return estimate.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : estimate;
    }
}
