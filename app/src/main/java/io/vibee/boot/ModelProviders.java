package io.vibee.boot;

import io.vibee.reply.Chains;
import io.vibee.reply.Provider;
import io.vibee.reply.Provider.Format;
import io.vibee.sandbox.Sandbox;
import io.vibee.settings.AiSettings;
import io.vibee.settings.ProviderSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The model providers that texts are asked of, in order. */
final class ModelProviders {

    private static final Logger LOG = LoggerFactory.getLogger(ModelProviders.class);

    private ModelProviders() {}

    static Chains<Provider> of(AiSettings settings, @Nullable Sandbox sandbox) {
        if (sandbox != null) {
            return Chains.alike(List.of(
                    new Provider("sandbox", Format.CHAT_COMPLETIONS, sandbox.modelUrl(), "sandbox", "sandbox-1")));
        }
        Chains<Provider> chains = new Chains<>(
                        settings.providers(), settings.paidProviders(), settings.summaryProviders())
                .map(ModelProviders::provider);
        if (chains.free().isEmpty()) {
            LOG.warn("no model provider is configured: chats get what their on_failure says");
        }
        return chains;
    }

    private static Provider provider(ProviderSettings provider) {
        return new Provider(
                provider.name(),
                switch (provider.dialect()) {
                    case OPENAI -> Format.CHAT_COMPLETIONS;
                    case ANTHROPIC -> Format.MESSAGES;
                },
                provider.baseUrl(),
                provider.apiKey().reveal(),
                provider.model(),
                provider.firstWordWithin(),
                provider.timeout(),
                provider.parallel());
    }
}
