package io.vibee.settings;

import static io.vibee.settings.Environments.assertRefused;
import static io.vibee.settings.Environments.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.settings.ProviderSettings.Dialect;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The settings of the models")
class AiSettingsTest {
    @Test
    @DisplayName("by default have no provider on, and the contract's order and limits")
    void defaults() {
        assertThat(read().ai())
                .isEqualTo(new AiSettings(
                        List.of(),
                        List.of("openrouter", "anthropic", "openai"),
                        List.of(),
                        List.of(),
                        64,
                        Duration.ofHours(1),
                        1000,
                        0,
                        0,
                        0,
                        3000,
                        true,
                        true,
                        10,
                        Duration.ofSeconds(2),
                        Map.of()));
    }

    @Test
    @DisplayName("take the limits that the environment says")
    void values() {
        AiSettings ai = read(
                        "VIBEE_AI_PARALLEL", "8",
                        "VIBEE_AI_CACHE_TTL", "0",
                        "VIBEE_AI_REQUESTS_PER_DAY", "0",
                        "VIBEE_AI_TOKENS_PER_DAY", "200000",
                        "VIBEE_AI_REQUESTS_PER_DAY_PAID", "5000",
                        "VIBEE_AI_TOKENS_PER_DAY_PAID", "2000000",
                        "VIBEE_AI_SUMMARIES", "false",
                        "VIBEE_AI_RECALL", "FALSE",
                        "VIBEE_CHAT_REPLIES_PER_MINUTE", "3")
                .ai();

        assertThat(ai.parallel()).isEqualTo(8);
        assertThat(ai.cacheLife()).isZero();
        assertThat(ai.requestsPerDay()).isZero();
        assertThat(ai.tokensPerDay()).isEqualTo(200_000);
        assertThat(ai.requestsPerDayPaid()).isEqualTo(5000);
        assertThat(ai.tokensPerDayPaid()).isEqualTo(2_000_000);
        assertThat(ai.summaries()).isFalse();
        assertThat(ai.recall()).isFalse();
        assertThat(ai.chatRepliesPerMinute()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "VIBEE_AI_PARALLEL",
                "VIBEE_AI_REQUESTS_PER_DAY",
                "VIBEE_AI_TOKENS_PER_DAY",
                "VIBEE_AI_REQUESTS_PER_DAY_PAID",
                "VIBEE_AI_TOKENS_PER_DAY_PAID",
                "VIBEE_CHAT_REPLIES_PER_MINUTE"
            })
    void refusesLimit(String name) {
        assertRefused(name, "x", name + ": x (expected: a whole number from 0 to 2147483647)");
    }

    @Nested
    @DisplayName("turn a provider on")
    class Providers {
        @ParameterizedTest
        @CsvSource({
            "OPENROUTER, openrouter, https://openrouter.ai/api/v1, openai/gpt-4.1-mini",
            "ANTHROPIC, anthropic, https://api.anthropic.com/v1, claude-haiku-4-5",
            "OPENAI, openai, https://api.openai.com/v1, gpt-4.1-mini",
        })
        void byItsKeyAlone(String prefix, String name, URI url, String model) {
            assertThat(read(prefix + "_API_KEY", "sk-key").ai().providers())
                    .containsExactly(new ProviderSettings(
                            name,
                            name.equals("anthropic") ? Dialect.ANTHROPIC : Dialect.OPENAI,
                            url,
                            new Secret("sk-key"),
                            model,
                            Duration.ofSeconds(30),
                            Duration.ofSeconds(60),
                            0));
        }

        @ParameterizedTest
        @ValueSource(strings = {"OPENROUTER", "ANTHROPIC", "OPENAI"})
        void atAnotherAddressWithAnotherModel(String prefix) {
            List<ProviderSettings> providers = read(
                            prefix + "_API_KEY", "k",
                            prefix + "_BASE_URL", "http://localhost:11434/v1/",
                            prefix + "_MODEL", "llama3.2:3b")
                    .ai()
                    .providers();

            assertThat(providers).singleElement().satisfies(provider -> {
                assertThat(provider.baseUrl()).isEqualTo(URI.create("http://localhost:11434/v1"));
                assertThat(provider.model()).isEqualTo("llama3.2:3b");
            });
        }

        @ParameterizedTest
        @ValueSource(strings = {"OPENROUTER", "ANTHROPIC", "OPENAI"})
        @DisplayName("with other times for its answers")
        void inOtherTimes(String prefix) {
            AiSettings ai = read(
                            prefix + "_API_KEY", "k",
                            prefix + "_FIRST_WORD_WITHIN", "90s",
                            prefix + "_TIMEOUT", "PT5M")
                    .ai();

            assertThat(ai.providers()).singleElement().satisfies(provider -> {
                assertThat(provider.firstWordWithin()).isEqualTo(Duration.ofSeconds(90));
                assertThat(provider.timeout()).isEqualTo(Duration.ofMinutes(5));
            });
            assertThat(ai.longestTimeout()).isEqualTo(Duration.ofMinutes(5));
            for (String variable : List.of(prefix + "_FIRST_WORD_WITHIN", prefix + "_TIMEOUT")) {
                for (String value : List.of("0", "soon", "-1s", "2h")) {
                    assertRefused(
                            variable,
                            value,
                            variable + ": " + value + " (expected: a duration as 10s, 2m or PT90S, at most 1h)");
                }
            }
        }

        @Test
        @DisplayName("in the chain's order, and only when the chain names it")
        void inOrder() {
            AiSettings ai = read(
                            "OPENROUTER_API_KEY", "a",
                            "ANTHROPIC_API_KEY", "b",
                            "OPENAI_API_KEY", "c",
                            "VIBEE_AI_CHAIN", " openai, OpenRouter,")
                    .ai();

            assertThat(ai.chain()).containsExactly("openai", "openrouter");
            assertThat(ai.providers()).extracting(ProviderSettings::name).containsExactly("openai", "openrouter");
            assertThat(ai.paidProviders()).as("unless another is said").isEqualTo(ai.providers());
            assertThat(ai.summaryProviders()).isEqualTo(ai.providers());
        }

        @Test
        @DisplayName("in another order for the paid tier, and for summaries")
        void byTier() {
            AiSettings ai = read(
                            "OPENROUTER_API_KEY", "a",
                            "ANTHROPIC_API_KEY", "b",
                            "VIBEE_AI_CHAIN_PAID", "anthropic,openrouter",
                            "VIBEE_AI_CHAIN_SUMMARIES", "openai,openrouter")
                    .ai();

            assertThat(ai.providers()).extracting(ProviderSettings::name).containsExactly("openrouter", "anthropic");
            assertThat(ai.paidProviders())
                    .extracting(ProviderSettings::name)
                    .containsExactly("anthropic", "openrouter");
            assertThat(ai.summaryProviders()).extracting(ProviderSettings::name).containsExactly("openrouter");
            assertRefused(
                    "VIBEE_AI_CHAIN_PAID",
                    "gpt",
                    "VIBEE_AI_CHAIN_PAID: gpt (expected: a list of openrouter, anthropic and openai, each at most once)");
        }

        @Test
        @DisplayName("without ever showing its key")
        void masked() {
            assertThat(read("OPENAI_API_KEY", "sk-hidden").toString()).doesNotContain("hidden");
        }

        @ParameterizedTest
        @ValueSource(strings = {"OPENROUTER_API_KEY", "ANTHROPIC_API_KEY", "OPENAI_API_KEY"})
        void unlessTheKeyCanBeNone(String name) {
            assertRefused(
                    name,
                    "two words",
                    name + ": <9 characters> (expected: a key of visible ASCII characters without spaces)");
        }

        @ParameterizedTest
        @ValueSource(strings = {"OPENROUTER_BASE_URL", "ANTHROPIC_BASE_URL", "OPENAI_BASE_URL"})
        void unlessTheAddressIsWrong(String name) {
            assertRefused(
                    name,
                    "openai.com",
                    name + ": openai.com (expected: an address as https://host or http://host:port/path, without"
                            + " user, query and fragment)");
        }

        @ParameterizedTest
        @ValueSource(strings = {"OPENROUTER_MODEL", "ANTHROPIC_MODEL", "OPENAI_MODEL"})
        void unlessTheModelIsWrong(String name) {
            assertRefused(name, "a model", name + ": a model (expected: a model's name without spaces)");
        }
    }

    @Test
    @DisplayName("take the price of each model")
    void prices() {
        assertThat(read("VIBEE_AI_PRICES", " gpt-4.1-mini=0.40/1.60, openai/gpt-4.1:x = 2 / 8,free=0/0.000001,")
                        .ai()
                        .prices())
                .isEqualTo(Map.of(
                        "gpt-4.1-mini", price("0.40", "1.60"),
                        "openai/gpt-4.1:x", price("2", "8"),
                        "free", price("0", "0.000001")));
    }

    private static ModelPrice price(String promptUsd, String completionUsd) {
        return new ModelPrice(new BigDecimal(promptUsd), new BigDecimal(completionUsd));
    }

    @ParameterizedTest
    @ValueSource(strings = {"m", "=1/2", "m=1", "m=1/", "m=-1/2", "m=1,5/2", "m=1e3/2", "m=0.0000001/1", "m=1/2,m=1/2"})
    void refusesPrices(String prices) {
        assertRefused(
                "VIBEE_AI_PRICES",
                prices,
                "VIBEE_AI_PRICES: " + prices
                        + " (expected: a list as gpt-4.1-mini=0.40/1.60, each model once, with US dollars for a million"
                        + " prompt and a million completion tokens)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai,google", "openai,openai", ",", "openai anthropic"})
    void refusesChain(String chain) {
        assertRefused(
                "VIBEE_AI_CHAIN",
                chain,
                "VIBEE_AI_CHAIN: " + chain
                        + " (expected: a list of openrouter, anthropic and openai, each at most once)");
    }
}
