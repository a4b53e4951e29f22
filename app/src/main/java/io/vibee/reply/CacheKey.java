package io.vibee.reply;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * All that an answer depends on, as one text: whose it is, the models that are asked, the language, the bans, and the whole prompt.
 * Texts are the same but for case, compatible forms, space, and signs at their end. Two different requests never have the same.
 */
final class CacheKey {

    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final Pattern END = Pattern.compile("[.!?,;:\u3002\u3001\\s]+$");

    private CacheKey() {}

    /**
     * The key of a request.
     *
     * @param chain the providers in the order in which they are asked
     */
    static String of(ReplyRequest request, List<Provider> chain) {
        StringBuilder key = new StringBuilder(4_000);
        part(key, request.owner());
        part(key, String.valueOf(chain.size()));
        for (Provider provider : chain) {
            part(key, provider.name());
            part(key, provider.baseUrl().toString());
            part(key, provider.model());
        }
        part(key, request.language());
        part(key, new TreeSet<>(request.forbidden()).toString());
        part(key, request.prompt().system());
        for (Prompt.Turn turn : request.prompt().turns()) {
            String name = turn.name();
            part(key, turn.role().name());
            part(key, name == null ? "" : "named");
            part(key, name == null ? "" : name);
            part(key, normalised(turn.text()));
        }
        return key.toString();
    }

    /** With its length before it, so that no text can pass for two parts. */
    private static void part(StringBuilder key, String text) {
        key.append(text.length()).append(':').append(text);
    }

    static String normalised(String text) {
        String one = SPACE.matcher(Normalizer.normalize(text, Normalizer.Form.NFKC))
                .replaceAll(" ")
                .strip()
                .toLowerCase(Locale.ROOT);
        String open = END.matcher(one).replaceAll("");
        // Of signs alone nothing would be left.
        return open.isEmpty() ? one : open;
    }
}
