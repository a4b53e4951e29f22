package io.vibee.journal.projection;

import java.time.Duration;

/** Learns what one projection does, for metrics. It is called from any thread and must not block. */
public interface ProjectionObserver {

    /** A batch is in the tables. The lag is the time from storing its oldest event to its rows' commit, by two clocks. */
    void stored(int events, Duration lag);

    /** How long the oldest event that is not in the tables of the served build has waited; zero when there is none. */
    void lag(int minSlice, Duration lag);

    /** A batch could not be handled; it is tried again. */
    void failed();

    /** An event could not be handled. It has no rows, and the events after it go on. */
    void setAside();
}
