package io.vibee.moderation;

import io.vibee.protocol.chat.Forbidden;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a node moderates.
 *
 * @param endpoint judges what the rules let pass; null: none
 * @param stopWhenAway whether nothing passes while the endpoint can't judge
 */
public record Moderation(Rules rules, @Nullable Endpoint endpoint, boolean stopWhenAway) {

    public static final Moderation NONE = new Moderation(Rules.NONE, null, false);

    /**
     * An OpenAI-compatible moderation endpoint. No message and no {@link #toString()} contains its key.
     *
     * @param baseUrl with the version path, as {@code https://api.openai.com/v1}
     * @param apiKey null for a server that needs none
     */
    public record Endpoint(URI baseUrl, @Nullable String apiKey, String model) {
        public URI address() {
            String base = baseUrl.toString();
            return URI.create((base.endsWith("/") ? base : base + "/") + "moderations");
        }

        @Override
        public String toString() {
            return "Endpoint[" + baseUrl + ", key ****, " + model + "]";
        }
    }

    /** Whether a whole answer may still be stopped. If so, no part of it may be shown before. */
    public boolean judgesAnswers(Set<Forbidden> forbidden) {
        return endpoint != null || !rules.patterns().isEmpty() || !forbidden.isEmpty();
    }
}
