package io.vibee.moderation;

import io.vibee.protocol.chat.Forbidden;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a node moderates.
 *
 * @param endpoint judges what the rules let pass; null: nobody
 * @param stopWhenAway whether nothing passes while the endpoint can't judge
 */
public record Moderation(Rules rules, @Nullable Endpoint endpoint, boolean stopWhenAway) {

    public static final Moderation NONE = new Moderation(Rules.NONE, null, false);

    /**
     * An OpenAI-compatible moderation endpoint. The key is in no message and no {@link #toString()}.
     *
     * @param baseUrl with the version path, as {@code https://api.openai.com/v1}
     * @param apiKey null for a server that wants none
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

    /** Whether an answer can still be stopped when it is whole: then no part of it may be shown before. */
    public boolean judgesAnswers(Set<Forbidden> forbidden) {
        return endpoint != null || !rules.patterns().isEmpty() || !forbidden.isEmpty();
    }
}
