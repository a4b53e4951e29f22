package io.vibee.chat;

import io.vibee.reply.Provider;
import io.vibee.reply.ReplyOutcome;
import io.vibee.settings.ModelPrice;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What answers cost, by configured prices. A provider often answers under a longer name than the model was asked by
 * ({@code gpt-4.1-mini-2025-04-14}), so the price is that of the name in the answer or else that of the name that was asked.
 */
public final class ModelCosts {

    /** A million dollars: more tokens than that buys are a provider's mistake, which must not overflow a sum. */
    private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000_000_000L);

    private final Map<String, ModelPrice> prices;
    private final Map<String, String> askedModels;

    /**
     * @param prices by the model's name; what has none costs nothing
     */
    public ModelCosts(Map<String, ModelPrice> prices, List<Provider> providers) {
        this.prices = Map.copyOf(prices);
        this.askedModels = providers.stream().collect(Collectors.toUnmodifiableMap(Provider::name, Provider::model));
    }

    /**
     * What a call, or one that broke off, costs in millionths of a US dollar, rounded half up. A dollar for a million tokens is a
     * millionth for one.
     */
    long microUsd(String provider, String model, ReplyOutcome.Usage usage) {
        ModelPrice price = price(provider, model);
        if (price == null) {
            return 0;
        }
        BigDecimal prompt = price.promptUsd().multiply(BigDecimal.valueOf(usage.promptTokens()));
        BigDecimal completion = price.completionUsd().multiply(BigDecimal.valueOf(usage.completionTokens()));
        return prompt.add(completion)
                .min(MOST)
                .setScale(0, RoundingMode.HALF_UP)
                .longValueExact();
    }

    private @Nullable ModelPrice price(String provider, String model) {
        ModelPrice answered = prices.get(model);
        String asked = askedModels.get(provider);
        return answered != null || asked == null ? answered : prices.get(asked);
    }
}
