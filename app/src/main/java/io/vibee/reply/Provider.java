package io.vibee.reply;

import java.net.URI;
import java.time.Duration;

/**
 * One provider of models and how to call it. No message and no {@link #toString()} contains the key.
 *
 * @param baseUrl with the version path, as {@code https://api.openai.com/v1}
 * @param firstWordWithin how long an answer may take to begin
 * @param timeout how long a whole call may take, from connecting to the last byte of the answer
 * @param parallel calls to it at a time on a node; 0: no limit but the engine's
 */
public record Provider(
        String name,
        Format format,
        URI baseUrl,
        String apiKey,
        String model,
        Duration firstWordWithin,
        Duration timeout,
        int parallel) {
    public static final Duration DEFAULT_FIRST_WORD_WITHIN = Duration.ofSeconds(30);
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

    /** The API that it speaks. */
    public enum Format {
        /** OpenAI's chat completions, which most others speak too. */
        CHAT_COMPLETIONS,
        /** Anthropic's messages. */
        MESSAGES
    }

    public Provider {
        if (name.isBlank()) {
            throw new IllegalArgumentException("name: blank (expected: the provider's name, as openrouter)");
        }
        // Whatever a URL has besides its path could be a secret, and logs show this one.
        if (!("https".equals(baseUrl.getScheme()) || "http".equals(baseUrl.getScheme()))
                || baseUrl.getRawAuthority() == null
                || baseUrl.getRawAuthority().contains("@")
                || baseUrl.getRawUserInfo() != null
                || baseUrl.getRawQuery() != null
                || baseUrl.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "base URL of " + name + " (expected: http(s)://host[:port]/path, without user, query or fragment)");
        }
        // When the JDK's client refuses a header value, its exception repeats the value. It must never see such a key.
        if (apiKey.isEmpty() || !apiKey.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException("API key of " + name + ": **** (expected: printable ASCII, no spaces)");
        }
        if (model.isBlank()) {
            throw new IllegalArgumentException("model of " + name + ": blank (expected: a model's name)");
        }
        if (!timeout.isPositive() || !firstWordWithin.isPositive()) {
            throw new IllegalArgumentException("times of " + name + ": " + firstWordWithin + " for the first word, "
                    + timeout + " for all (expected: more than 0)");
        }
        if (parallel < 0) {
            throw new IllegalArgumentException("parallel of " + name + ": " + parallel + " (expected: 0 or more)");
        }
    }

    /** With the usual times, and no limit of its own. */
    public Provider(String name, Format format, URI baseUrl, String apiKey, String model) {
        this(name, format, baseUrl, apiKey, model, DEFAULT_FIRST_WORD_WITHIN, DEFAULT_TIMEOUT, 0);
    }

    /** A path below the base URL. */
    URI address(String path) {
        String base = baseUrl.toString();
        return URI.create((base.endsWith("/") ? base : base + "/") + path);
    }

    @Override
    public String toString() {
        return "Provider[" + name + ", " + format + ", " + baseUrl + ", key ****, " + model + ", " + timeout + "]";
    }
}
