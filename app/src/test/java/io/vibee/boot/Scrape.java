package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.Eventually;
import io.vibee.metrics.MetricsCollection;
import io.vibee.metrics.MetricsScrape;

/** What Prometheus would read of this JVM: the sum over all nodes of all tests so far. */
final class Scrape {

    static {
        MetricsCollection.start();
    }

    private Scrape() {}

    /** Waits until a sample is shown. */
    static void shows(String line) {
        Eventually.holds(() -> assertThat(MetricsScrape.text().lines()).contains(line));
    }
}
