package io.vibee.settings;

import io.vibee.settings.ProviderSettings.Dialect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The providers that are on and the limits on asking them.
 *
 * @param providers those with a key that the chain names, in the chain's order; empty when there are none
 * @param chain the order as configured, whether a provider is on or not
 * @param parallel calls in flight on a node; 0: no limit
 * @param requestsPerDay for each user of the free tier, in a UTC day; 0: no limit
 * @param tokensPerDay of prompts and completions, likewise
 * @param requestsPerDayPaid for each user of the paid tier, likewise
 * @param tokensPerDayPaid of prompts and completions, for each user of the paid tier, likewise
 * @param chatRepliesPerMinute for each chat; 0: no limit
 * @param prices by the model's name; a model that is not in it costs nothing
 */
public record AiSettings(
        List<ProviderSettings> providers,
        List<String> chain,
        int parallel,
        int requestsPerDay,
        int tokensPerDay,
        int requestsPerDayPaid,
        int tokensPerDayPaid,
        int chatRepliesPerMinute,
        Map<String, ModelPrice> prices) {
    private static final List<String> BUILT_IN = List.of("openrouter", "anthropic", "openai");

    public AiSettings {
        providers = List.copyOf(providers);
        chain = List.copyOf(chain);
        prices = Map.copyOf(prices);
    }

    static AiSettings read(Environment environment) {
        List<ProviderSettings> further = ProviderFile.read(environment, Set.copyOf(BUILT_IN));
        List<String> chain =
                chain(environment, further.stream().map(ProviderSettings::name).toList());
        Map<String, ProviderSettings> on = new LinkedHashMap<>();
        // All of them, whether in the chain or not: a wrong value is a mistake either way.
        add(
                on,
                environment,
                "openrouter",
                Dialect.OPENAI,
                Variable.OPENROUTER_API_KEY,
                Variable.OPENROUTER_BASE_URL,
                Variable.OPENROUTER_MODEL);
        add(
                on,
                environment,
                "anthropic",
                Dialect.ANTHROPIC,
                Variable.ANTHROPIC_API_KEY,
                Variable.ANTHROPIC_BASE_URL,
                Variable.ANTHROPIC_MODEL);
        add(
                on,
                environment,
                "openai",
                Dialect.OPENAI,
                Variable.OPENAI_API_KEY,
                Variable.OPENAI_BASE_URL,
                Variable.OPENAI_MODEL);
        further.forEach(provider -> on.put(provider.name(), provider));
        List<ProviderSettings> ordered = new ArrayList<>();
        for (String name : chain) {
            ProviderSettings provider = on.get(name);
            if (provider != null) {
                ordered.add(provider);
            }
        }
        return new AiSettings(
                ordered,
                chain,
                environment.limit(Variable.VIBEE_AI_PARALLEL),
                environment.limit(Variable.VIBEE_AI_REQUESTS_PER_DAY),
                environment.limit(Variable.VIBEE_AI_TOKENS_PER_DAY),
                environment.limit(Variable.VIBEE_AI_REQUESTS_PER_DAY_PAID),
                environment.limit(Variable.VIBEE_AI_TOKENS_PER_DAY_PAID),
                environment.limit(Variable.VIBEE_CHAT_REPLIES_PER_MINUTE),
                prices(environment));
    }

    private static void add(
            Map<String, ProviderSettings> on,
            Environment environment,
            String name,
            Dialect dialect,
            Variable keyVariable,
            Variable baseUrlVariable,
            Variable modelVariable) {
        Secret key = environment.apiKey(keyVariable);
        var baseUrl = environment.httpAddress(baseUrlVariable);
        String model = environment.model(modelVariable);
        if (key != null) {
            on.put(name, ProviderSettings.usual(name, dialect, baseUrl, key, model));
        }
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

    private static List<String> chain(Environment environment, List<String> further) {
        List<String> known = new ArrayList<>(BUILT_IN);
        known.addAll(further);
        List<String> chain = environment.isSet(Variable.VIBEE_AI_CHAIN)
                ? environment.list(Variable.VIBEE_AI_CHAIN).stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .toList()
                : known;
        boolean once = chain.stream().distinct().count() == chain.size();
        if (chain.isEmpty() || !once || !known.containsAll(chain)) {
            throw environment.wrong(
                    Variable.VIBEE_AI_CHAIN,
                    "a list of " + String.join(", ", known.subList(0, known.size() - 1)) + " and " + known.getLast()
                            + ", each at most once");
        }
        return chain;
    }
}
