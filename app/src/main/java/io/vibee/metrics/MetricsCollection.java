package io.vibee.metrics;

import kamon.Kamon;

/** Starts what gathers the metrics of this process, and those of the JVM with them. */
public final class MetricsCollection {
    private MetricsCollection() {}

    /** Once per process. What was recorded before is kept. */
    public static void start() {
        Kamon.initWithoutAttaching();
    }
}
