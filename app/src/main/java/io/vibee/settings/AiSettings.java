package io.vibee.settings;

import io.vibee.settings.ProviderSettings.Dialect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The providers that are on, and the limits on calling them.
 *
 * @param providers those with a key that the chain names, in the chain's order; empty when there are none
 * @param chain the order as configured, whether a provider is on or not
 * @param paidProviders likewise, for users of the paid tier
 * @param summaryProviders likewise, for summing up what was said earlier in a chat
 * @param parallel calls in flight on a node; 0: no limit
 * @param cacheLife how long an answer is used again for the same question; zero: never
 * @param requestsPerDay for each user of the free tier, in a UTC day; 0: no limit
 * @param tokensPerDay of prompts and completions, likewise
 * @param requestsPerDayPaid for each user of the paid tier, likewise
 * @param tokensPerDayPaid of prompts and completions, for each user of the paid tier, likewise
 * @param contextTokens of what a prompt shows of its chat
 * @param summaries whether a chat keeps a summary of what its prompts don't show any more
 * @param recall whether a prompt shows older messages that its message is about
 * @param chatRepliesPerMinute for each chat; 0: no limit
 * @param chatPause for how long a message waits for more of its sender; zero: not at all
 * @param prices by the model's name; a model that is not in it costs nothing
 */
public record AiSettings(
        List<ProviderSettings> providers,
        List<String> chain,
        List<ProviderSettings> paidProviders,
        List<ProviderSettings> summaryProviders,
        int parallel,
        Duration cacheLife,
        int requestsPerDay,
        int tokensPerDay,
        int requestsPerDayPaid,
        int tokensPerDayPaid,
        int contextTokens,
        boolean summaries,
        boolean recall,
        int chatRepliesPerMinute,
        Duration chatPause,
        Map<String, ModelPrice> prices) {
    private static final List<String> BUILT_IN = List.of("openrouter", "anthropic", "openai");

    public AiSettings {
        providers = List.copyOf(providers);
        chain = List.copyOf(chain);
        paidProviders = List.copyOf(paidProviders);
        summaryProviders = List.copyOf(summaryProviders);
        prices = Map.copyOf(prices);
    }

    static AiSettings read(Environment environment) {
        List<ProviderSettings> further = ProviderFile.read(environment, Set.copyOf(BUILT_IN));
        List<String> known = new ArrayList<>(BUILT_IN);
        further.forEach(provider -> known.add(provider.name()));
        List<String> chain = chain(environment, Variable.VIBEE_AI_CHAIN, known, known);
        Map<String, ProviderSettings> on = new LinkedHashMap<>();
        // All providers, in the chain or not: a wrong value is a mistake either way.
        add(
                on,
                environment,
                "openrouter",
                Dialect.OPENAI,
                Variable.OPENROUTER_API_KEY,
                Variable.OPENROUTER_BASE_URL,
                Variable.OPENROUTER_MODEL,
                Variable.OPENROUTER_FIRST_WORD_WITHIN,
                Variable.OPENROUTER_TIMEOUT);
        add(
                on,
                environment,
                "anthropic",
                Dialect.ANTHROPIC,
                Variable.ANTHROPIC_API_KEY,
                Variable.ANTHROPIC_BASE_URL,
                Variable.ANTHROPIC_MODEL,
                Variable.ANTHROPIC_FIRST_WORD_WITHIN,
                Variable.ANTHROPIC_TIMEOUT);
        add(
                on,
                environment,
                "openai",
                Dialect.OPENAI,
                Variable.OPENAI_API_KEY,
                Variable.OPENAI_BASE_URL,
                Variable.OPENAI_MODEL,
                Variable.OPENAI_FIRST_WORD_WITHIN,
                Variable.OPENAI_TIMEOUT);
        further.forEach(provider -> on.put(provider.name(), provider));
        return new AiSettings(
                ordered(on, chain),
                chain,
                ordered(on, chain(environment, Variable.VIBEE_AI_CHAIN_PAID, known, chain)),
                ordered(on, chain(environment, Variable.VIBEE_AI_CHAIN_SUMMARIES, known, chain)),
                environment.limit(Variable.VIBEE_AI_PARALLEL),
                environment.duration(Variable.VIBEE_AI_CACHE_TTL),
                environment.limit(Variable.VIBEE_AI_REQUESTS_PER_DAY),
                environment.limit(Variable.VIBEE_AI_TOKENS_PER_DAY),
                environment.limit(Variable.VIBEE_AI_REQUESTS_PER_DAY_PAID),
                environment.limit(Variable.VIBEE_AI_TOKENS_PER_DAY_PAID),
                environment.between(Variable.VIBEE_AI_CONTEXT_TOKENS, 100, 100_000),
                environment.flag(Variable.VIBEE_AI_SUMMARIES),
                environment.flag(Variable.VIBEE_AI_RECALL),
                environment.limit(Variable.VIBEE_CHAT_REPLIES_PER_MINUTE),
                environment.duration(Variable.VIBEE_CHAT_PAUSE),
                prices(environment));
    }

    private static void add(
            Map<String, ProviderSettings> on,
            Environment environment,
            String name,
            Dialect dialect,
            Variable keyVariable,
            Variable baseUrlVariable,
            Variable modelVariable,
            Variable firstWordVariable,
            Variable timeoutVariable) {
        Secret key = environment.apiKey(keyVariable);
        var baseUrl = environment.httpAddress(baseUrlVariable);
        String model = environment.model(modelVariable);
        Duration firstWordWithin = environment.callTime(firstWordVariable);
        Duration timeout = environment.callTime(timeoutVariable);
        if (key != null) {
            on.put(name, new ProviderSettings(name, dialect, baseUrl, key, model, firstWordWithin, timeout, 0));
        }
    }

    /** The longest time for a whole answer of any provider that is on; zero when none is. */
    public Duration longestTimeout() {
        return Stream.of(providers, paidProviders, summaryProviders)
                .flatMap(List::stream)
                .map(ProviderSettings::timeout)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    private static Map<String, ModelPrice> prices(Environment environment) {
        Map<String, ModelPrice> prices = new HashMap<>();
        for (String part : environment.list(Variable.VIBEE_AI_PRICES)) {
            int equals = part.lastIndexOf('=');
            String model = part.substring(0, Math.max(equals, 0)).strip();
            ModelPrice price = ModelPrice.parse(part.substring(equals + 1));
            if (model.isEmpty() || price == null || prices.putIfAbsent(model, price) != null) {
                throw environment.wrong(
                        Variable.VIBEE_AI_PRICES,
                        "a list as gpt-4.1-mini=0.40/1.60, each model once, with US dollars for a million prompt and a"
                                + " million completion tokens");
            }
        }
        return prices;
    }

    private static List<ProviderSettings> ordered(Map<String, ProviderSettings> on, List<String> chain) {
        return chain.stream().map(on::get).filter(Objects::nonNull).toList();
    }

    private static List<String> chain(
            Environment environment, Variable variable, List<String> known, List<String> otherwise) {
        if (!environment.isSet(variable)) {
            return otherwise;
        }
        List<String> chain = environment.list(variable).stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .toList();
        boolean once = chain.stream().distinct().count() == chain.size();
        if (chain.isEmpty() || !once || !known.containsAll(chain)) {
            throw environment.wrong(
                    variable,
                    "a list of " + String.join(", ", known.subList(0, known.size() - 1)) + " and " + known.getLast()
                            + ", each at most once");
        }
        return chain;
    }
}
