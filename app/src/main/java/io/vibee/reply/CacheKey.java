package io.vibee.reply;

import java.text.Normalizer;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Everything that an answer depends on, as one text: its owner, the models that are asked, the language, the bans, and the whole prompt.
 * The spaces of a message and its first capital letter don't count. Every other difference makes another key.
 */
final class CacheKey {

    /** Within a line. At a line's beginning, space may mean something. */
    private static final Pattern SPACES = Pattern.compile("(?<=\\S)\\h+(?=\\S)");

    /** Phones begin a sentence with a capital letter by themselves. A single word may be a name, and Turkish has two letters I. */
    private static final Pattern CAPITALISED = Pattern.compile("^(?!I)[A-ZÀ-ÖØ-ÞА-ЯЁІЇЄҐ][\\p{Ll}']+(?=,? \\S)");

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
            part(key, turn.ours() ? "ours" : "");
            part(key, turn.ours() ? turn.text() : normalised(turn.text()));
        }
        return key.toString();
    }

    /** Puts its length before it, so that no text can pass for two parts. */
    private static void part(StringBuilder key, String text) {
        key.append(text.length()).append(':').append(text);
    }

    /**
     * A text as another keyboard types it: without the space around it, with single spaces, and with its first word in small letters. Case
     * elsewhere, signs and compatible forms mean something: "US" and "us", "X?" and "X.", "5²" and "52".
     */
    static String normalised(String text) {
        String one = SPACES.matcher(Normalizer.normalize(text.strip(), Normalizer.Form.NFC))
                .replaceAll(" ");
        Matcher first = CAPITALISED.matcher(one);
        return first.find() ? Character.toLowerCase(one.charAt(0)) + one.substring(1) : one;
    }
}
