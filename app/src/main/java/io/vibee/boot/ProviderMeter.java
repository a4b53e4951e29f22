package io.vibee.boot;

import io.vibee.metrics.AiOutcome;
import io.vibee.metrics.CacheOutcome;
import io.vibee.metrics.Metrics;
import io.vibee.metrics.ModerationVerdict;
import io.vibee.metrics.ProviderMetrics;
import io.vibee.reply.GuardedProvider;
import io.vibee.reply.Provider;
import io.vibee.reply.ReplyObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Counts and times each call to a provider, shows which are asked, and counts what moderation and the cache do. */
final class ProviderMeter implements ReplyObserver {

    private final Metrics metrics;
    private final Map<String, ProviderMetrics> byProvider;

    ProviderMeter(Metrics metrics, List<Provider> providers) {
        this.metrics = metrics;
        byProvider = providers.stream()
                .map(Provider::name)
                .collect(Collectors.toUnmodifiableMap(Function.identity(), metrics::provider));
    }

    /** Which of them are asked now. */
    void look(List<GuardedProvider> providers) {
        providers.forEach(provider -> {
            ProviderMetrics known = byProvider.get(provider.provider().name());
            if (known != null) {
                known.available(provider.state() == GuardedProvider.State.CLOSED);
            }
        });
    }

    @Override
    public void called(String provider, CallOutcome outcome, Duration duration) {
        ProviderMetrics known = byProvider.get(provider);
        if (known != null) {
            known.ended(
                    switch (outcome) {
                        case ANSWERED -> AiOutcome.ANSWERED;
                        case RATE_LIMITED -> AiOutcome.RATE_LIMITED;
                        case TIMED_OUT -> AiOutcome.TIMEOUT;
                        case REFUSED -> AiOutcome.REFUSED;
                        case PROVIDER_ERROR, DISCONNECTED, UNREADABLE -> AiOutcome.FAILED;
                    },
                    duration);
        }
    }

    @Override
    public void judged(Judgement judgement) {
        metrics.judged(
                switch (judgement) {
                    case PASSED -> ModerationVerdict.PASSED;
                    case FLAGGED -> ModerationVerdict.FLAGGED;
                    case AWAY -> ModerationVerdict.AWAY;
                });
    }

    @Override
    public void lookedUp(Lookup lookup) {
        metrics.lookedUp(
                switch (lookup) {
                    case PROCESS -> CacheOutcome.PROCESS;
                    case TABLE -> CacheOutcome.TABLE;
                    case SHARED -> CacheOutcome.SHARED;
                    case MISS -> CacheOutcome.MISS;
                });
    }

    @Override
    public void notAsked(String provider) {
        ProviderMetrics known = byProvider.get(provider);
        if (known != null) {
            known.notAsked(AiOutcome.CIRCUIT_OPEN);
        }
    }
}
