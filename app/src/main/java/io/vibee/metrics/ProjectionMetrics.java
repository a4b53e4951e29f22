package io.vibee.metrics;

import java.time.Duration;
import kamon.Kamon;
import kamon.metric.Counter;
import kamon.metric.Metric;
import kamon.metric.Timer;
import kamon.tag.TagSet;

/** What one projection does on this node. Safe for all threads. */
public final class ProjectionMetrics {

    private static final Metric.Counter EVENTS =
            Kamon.counter("projection.events", "Events whose rows are in the read tables");
    private static final Metric.Counter FAILURES =
            Kamon.counter("projection.failures", "Batches of a projection that failed and are tried again");
    private static final Metric.Counter SET_ASIDE = Kamon.counter(
            "projection.set.aside", "Events that can't be projected and were set aside, each alone, until a rebuild");
    private static final Metric.Timer ROW_LATENCY =
            Kamon.timer("projection.row.latency", "Time from an event stored to its rows committed");
    private static final Metric.Gauge LAG = Kamon.gauge(
            "projection.lag.seconds", "Age of the oldest event that is not in the read tables, 0 when there is none");

    private final String name;
    private final Counter events;
    private final Counter failures;
    private final Counter setAside;
    private final Timer rowLatency;

    ProjectionMetrics(String name) {
        this.name = name;
        this.events = EVENTS.withTag("projection", name);
        this.failures = FAILURES.withTag("projection", name);
        this.setAside = SET_ASIDE.withTag("projection", name);
        this.rowLatency = ROW_LATENCY.withTag("projection", name);
    }

    /** {@code projection_events_total} and {@code projection_row_latency_seconds}. */
    public void stored(int count, Duration latency) {
        events.increment(count);
        rowLatency.record(latency.isNegative() ? Duration.ZERO : latency);
    }

    /** {@code projection_failures_total}. */
    public void failed() {
        failures.increment();
    }

    /** {@code projection_set_aside_total}. */
    public void setAside() {
        setAside.increment();
    }

    /** {@code projection_lag_seconds}, of the slices from one on. */
    public void lag(int minSlice, Duration lag) {
        LAG.withTags(TagSet.of("projection", name).withTag("from_slice", (long) minSlice))
                .update(lag.toMillis() / 1000.0);
    }
}
