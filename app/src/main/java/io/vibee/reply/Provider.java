package io.vibee.reply;

import java.net.URI;
import java.time.Duration;

/**
 * One OpenAI-compatible endpoint and how to call it. The key is in no message and no {@link #toString()}.
 *
 * @param baseUrl with the version path, as {@code https://api.openai.com/v1}
 * @param timeout for a whole call, from connecting to the last byte of the answer
 */
public record Provider(String name, URI baseUrl, String apiKey, String model, Duration timeout) {
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

    public Provider {
        if (name.isBlank()) {
            throw new IllegalArgumentException("name: blank (expected: the provider's name, as openrouter)");
        }
        // What a URL carries besides its path could be a secret, and this one is shown in logs.
        if (!("https".equals(baseUrl.getScheme()) || "http".equals(baseUrl.getScheme()))
                || baseUrl.getHost() == null
                || baseUrl.getRawUserInfo() != null
                || baseUrl.getRawQuery() != null
                || baseUrl.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "base URL of " + name + " (expected: http(s)://host[:port]/path, without user, query or fragment)");
        }
        // The JDK's client repeats a header value that it refuses in its exception: it must never see such a key.
        if (apiKey.isEmpty() || !apiKey.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException("API key of " + name + ": **** (expected: printable ASCII, no spaces)");
        }
        if (model.isBlank()) {
            throw new IllegalArgumentException("model of " + name + ": blank (expected: a model's name)");
        }
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("timeout of " + name + ": " + timeout + " (expected: more than 0)");
        }
    }

    public Provider(String name, URI baseUrl, String apiKey, String model) {
        this(name, baseUrl, apiKey, model, DEFAULT_TIMEOUT);
    }

    /** Where chat completions are asked for. */
    URI chatCompletions() {
        String base = baseUrl.toString();
        return URI.create((base.endsWith("/") ? base : base + "/") + "chat/completions");
    }

    @Override
    public String toString() {
        return "Provider[" + name + ", " + baseUrl + ", key ****, " + model + ", " + timeout + "]";
    }
}
