package io.vibee.settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The providers that are on and the limits on asking them.
 *
 * @param providers those with a key that the chain names, in the chain's order; empty when there are none
 * @param chain the order as configured, whether a provider is on or not
 * @param parallel calls in flight on a node; 0: no limit
 * @param requestsPerDay for each user of the free tier, in a UTC day; 0: no limit
 * @param chatRepliesPerMinute for each chat; 0: no limit
 */
public record AiSettings(
        List<ProviderSettings> providers,
        List<String> chain,
        int parallel,
        int requestsPerDay,
        int chatRepliesPerMinute) {
    private static final List<String> KNOWN = List.of("openrouter", "anthropic", "openai");

    public AiSettings {
        providers = List.copyOf(providers);
        chain = List.copyOf(chain);
    }

    static AiSettings read(Environment environment) {
        List<String> chain = chain(environment);
        Map<String, ProviderSettings> on = new LinkedHashMap<>();
        // All of them, whether in the chain or not: a wrong value is a mistake either way.
        add(
                on,
                environment,
                "openrouter",
                Variable.OPENROUTER_API_KEY,
                Variable.OPENROUTER_BASE_URL,
                Variable.OPENROUTER_MODEL);
        add(
                on,
                environment,
                "anthropic",
                Variable.ANTHROPIC_API_KEY,
                Variable.ANTHROPIC_BASE_URL,
                Variable.ANTHROPIC_MODEL);
        add(on, environment, "openai", Variable.OPENAI_API_KEY, Variable.OPENAI_BASE_URL, Variable.OPENAI_MODEL);
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
                environment.limit(Variable.VIBEE_CHAT_REPLIES_PER_MINUTE));
    }

    private static void add(
            Map<String, ProviderSettings> on,
            Environment environment,
            String name,
            Variable keyVariable,
            Variable baseUrlVariable,
            Variable modelVariable) {
        Secret key = environment.apiKey(keyVariable);
        var baseUrl = environment.httpAddress(baseUrlVariable);
        String model = environment.model(modelVariable);
        if (key != null) {
            on.put(name, new ProviderSettings(name, baseUrl, key, model));
        }
    }

    private static List<String> chain(Environment environment) {
        List<String> chain = environment.list(Variable.VIBEE_AI_CHAIN).stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .toList();
        boolean once = chain.stream().distinct().count() == chain.size();
        if (chain.isEmpty() || !once || !KNOWN.containsAll(chain)) {
            throw environment.wrong(
                    Variable.VIBEE_AI_CHAIN, "a list of openrouter, anthropic and openai, each at most once");
        }
        return chain;
    }
}
