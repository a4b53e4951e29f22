package io.vibee.metrics;

import java.time.Duration;
import kamon.Kamon;
import kamon.metric.Timer;
import kamon.tag.TagSet;

/** The requests to one provider: {@code ai_requests_total} and {@code ai_request_duration_seconds}. */
public final class ProviderMetrics {
    private final Family<AiOutcome> requests;
    private final Timer duration;

    ProviderMetrics(String provider) {
        requests = new Family<>(
                Kamon.counter("ai.requests", "Requests to a provider of language models"),
                TagSet.of("provider", provider),
                "outcome",
                AiOutcome.class);
        duration = Kamon.timer("ai.request.duration", "Time until a provider answered or failed")
                .withTag("provider", provider);
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
