package io.vibee.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.reply.Provider;
import io.vibee.reply.ReplyOutcome.Usage;
import io.vibee.settings.ModelPrice;
import java.math.BigDecimal;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An answer's cost")
class ModelCostsTest {

    private static final ModelCosts COSTS = new ModelCosts(
            Map.of(
                    "gpt-4.1-mini", new ModelPrice(new BigDecimal("0.40"), new BigDecimal("1.60")),
                    "gpt-4.1", new ModelPrice(new BigDecimal("2"), new BigDecimal("8"))),
            List.of(provider("openai", "gpt-4.1-mini"), provider("openrouter", "no-price")));

    private static Provider provider(String name, String model) {
        return new Provider(name, Provider.Format.CHAT_COMPLETIONS, URI.create("http://localhost/v1"), "key", model);
    }

    private static long microUsd(String provider, String model, long prompt, long completion) {
        return COSTS.microUsd(provider, model, new Usage(prompt, completion));
    }

    @Test
    @DisplayName("is that of its tokens, in whole micro-dollars rounded half up")
    void tokens() {
        assertThat(microUsd("openai", "gpt-4.1-mini", 1_000_000, 0)).isEqualTo(400_000);
        assertThat(microUsd("openai", "gpt-4.1-mini", 1500, 120)).isEqualTo(792);
        assertThat(microUsd("openai", "gpt-4.1-mini", 1, 0)).as("0.4").isZero();
        assertThat(microUsd("openai", "gpt-4.1-mini", 0, 1)).as("1.6").isEqualTo(2);
        assertThat(microUsd("openai", "gpt-4.1-mini", 0, 0)).isZero();
    }

    @Test
    @DisplayName("goes by the model that answered, else by the one that was asked")
    void model() {
        assertThat(microUsd("openai", "gpt-4.1", 10, 10)).isEqualTo(100);
        assertThat(microUsd("openai", "gpt-4.1-mini-2025-04-14", 10, 10)).isEqualTo(20);
    }

    @Test
    @DisplayName("is 0 where neither has a price")
    void unpriced() {
        assertThat(microUsd("openrouter", "another", 1000, 1000)).isZero();
        assertThat(microUsd("unknown", "another", 1000, 1000)).isZero();
    }

    @Test
    @DisplayName("stays a number that can be summed, whatever a provider counted")
    void absurd() {
        // A usage holds 1,000,000,000 tokens of each kind at most.
        assertThat(microUsd("openai", "gpt-4.1", Long.MAX_VALUE, Long.MAX_VALUE))
                .isEqualTo(10_000_000_000L);
    }
}
