package io.vibee.settings;

import java.net.URI;
import java.time.Duration;

/**
 * One provider that is on.
 *
 * @param name in the chain and in metrics
 * @param baseUrl its address, no slash at its end
 * @param firstWordWithin how long it may take to begin an answer
 * @param timeout how long it may take for a whole answer
 * @param parallel calls to it at a time on a node; 0: no limit of its own
 */
public record ProviderSettings(
        String name,
        Dialect dialect,
        URI baseUrl,
        Secret apiKey,
        String model,
        Duration firstWordWithin,
        Duration timeout,
        int parallel) {

    static final Duration FIRST_WORD_WITHIN = Duration.ofSeconds(30);
    static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** Whose API a provider speaks. */
    public enum Dialect {
        OPENAI,
        ANTHROPIC
    }
}
