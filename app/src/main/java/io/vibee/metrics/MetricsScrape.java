package io.vibee.metrics;

import kamon.prometheus.PrometheusReporter;

/** What Prometheus reads: all families in its text format 0.0.4, as of the last tick of a few seconds. */
public final class MetricsScrape {
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private MetricsScrape() {}

    /** Empty until the first tick, or when Kamon was not started. Never blocks. */
    public static String text() {
        var latest = PrometheusReporter.latestScrapeData();
        return latest.isDefined() ? latest.get() : "";
    }
}
