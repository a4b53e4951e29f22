package io.vibee.metrics;

import java.time.Duration;
import kamon.Kamon;
import kamon.metric.Gauge;
import kamon.metric.Metric;
import kamon.tag.TagSet;

/** What the HTTP server is asked and how it answers. Methods and routes are few, so each pair has its own time series. Safe for all threads. */
public final class HttpMetrics {
    private final Metric.Counter requests = Kamon.counter("http.server.requests", "Requests that were answered");
    private final Metric.Timer durations =
            Kamon.timer("http.server.request.duration", "Time from a request's head to its answer's head");
    private final Gauge active = Kamon.gauge("http.server.request.active", "Requests that wait for their answer")
            .withoutTags();
    private final Gauge connections =
            Kamon.gauge("http.server.connection.open", "Open connections").withoutTags();

    /** {@code http_server_request_active}: a request came; {@link #answered} follows once. */
    public void asked() {
        active.increment();
    }

    /**
     * {@code http_server_requests_total{method,route,status}} and {@code http_server_request_duration_seconds{method,route}}.
     *
     * @param route the template of the path, never a path with an id
     */
    public void answered(String method, String route, int status, Duration took) {
        active.decrement();
        TagSet asked = TagSet.of("method", method).withTag("route", route);
        durations.withTags(asked).record(took);
        requests.withTags(asked.withTag("status", String.valueOf(status))).increment();
    }

    /** {@code http_server_connection_open}. */
    public void connectionOpened() {
        connections.increment();
    }

    /** {@code http_server_connection_open}. */
    public void connectionClosed() {
        connections.decrement();
    }
}
