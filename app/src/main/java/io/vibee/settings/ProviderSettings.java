package io.vibee.settings;

import java.net.URI;

/** One provider that is on: its name in the chain and in metrics, its address (no slash at its end), key and model. */
public record ProviderSettings(String name, URI baseUrl, Secret apiKey, String model) {}
