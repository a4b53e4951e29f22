package io.vibee.boot;

import io.vibee.journal.projection.ProjectionObserver;
import io.vibee.metrics.Metrics;
import io.vibee.metrics.ProjectionMetrics;
import java.time.Duration;

/** Counts and times what one projection does. */
final class ProjectionMeter implements ProjectionObserver {

    private final ProjectionMetrics metrics;

    ProjectionMeter(Metrics metrics, String projection) {
        this.metrics = metrics.projection(projection);
    }

    @Override
    public void stored(int events, Duration lag) {
        metrics.stored(events, lag);
    }

    @Override
    public void lag(int minSlice, Duration lag) {
        metrics.lag(minSlice, lag);
    }

    @Override
    public void failed() {
        metrics.failed();
    }

    @Override
    public void setAside() {
        metrics.setAside();
    }
}
