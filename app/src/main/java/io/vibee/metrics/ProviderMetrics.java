package io.vibee.metrics;

import java.time.Duration;
import kamon.Kamon;
import kamon.metric.Gauge;
import kamon.metric.Timer;
import kamon.tag.TagSet;

/** One provider: {@code ai_requests_total}, {@code ai_request_duration_seconds} and {@code ai_provider_available}. */
public final class ProviderMetrics {
    private final Family<AiOutcome> requests;
    private final Timer duration;
    private final Gauge available;

    ProviderMetrics(String provider) {
        requests = new Family<>(
                Kamon.counter("ai.requests", "Requests to a provider of language models"),
                TagSet.of("provider", provider),
                "outcome",
                AiOutcome.class);
        duration = Kamon.timer("ai.request.duration", "Time until a provider answered or failed")
                .withTag("provider", provider);
        available = Kamon.gauge("ai.provider.available", "1 when a provider is asked, 0 while it is left alone")
                .withTag("provider", provider);
    }

    /** {@code ai_provider_available}. */
    public void available(boolean asked) {
        available.update(asked ? 1 : 0);
    }

    /** A request that was sent and ended after the given time. */
    public void ended(AiOutcome outcome, Duration took) {
        requests.of(outcome).increment();
        duration.record(took);
    }

    /** A request that never left. */
    public void notAsked(AiOutcome outcome) {
        requests.of(outcome).increment();
    }
}
