package io.vibee.reply;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the languages to which a text's words and letters point. A word or letter counts only if no other known language has it. Each
 * takes one look into a table.
 */
final class CommonWords {

    /** How many words it reads of a long text. They are enough. */
    private static final int WORDS_READ = 200;

    private static final Pattern WORD = Pattern.compile("\\p{L}[\\p{L}\\p{M}]*+(?:['’ʻ‘`-][\\p{L}\\p{M}]++)*+");
    private static final String SEVERAL = "";

    /** Letters and signs that only one of the known languages has, except in foreign names. */
    private static final Map<String, String> OWN_LETTERS = Map.ofEntries(
            Map.entry("es", "ñ¿¡"),
            Map.entry("de", "ß"),
            Map.entry("fr", "œûÿ"),
            Map.entry("pt", "õ"),
            Map.entry("pl", "łżźśćńąę"),
            Map.entry("tr", "ğı"),
            Map.entry("cs", "ěřů"),
            Map.entry("hu", "őű"),
            Map.entry("ro", "ț"),
            Map.entry("vi", "ơưđạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"));

    private static final Map<String, String> LANGUAGE_BY_WORD = load();
    private static final Map<Character, String> LANGUAGE_BY_LETTER = letters();

    /**
     * The evidence in a text.
     *
     * @param words how many different words it has
     * @param byLanguage how many different words indicate each language; a word with a letter of that language alone counts too
     */
    record Evidence(int words, Map<String, Integer> byLanguage) {

        int of(String language) {
            return byLanguage.getOrDefault(language, 0);
        }

        /** The language among some with the most evidence; null when there is none, or two have the same. */
        @Nullable
        String best(Set<String> among) {
            String best = null;
            int most = 0;
            boolean alone = false;
            for (Map.Entry<String, Integer> one : byLanguage.entrySet()) {
                if (among.contains(one.getKey()) && one.getValue() >= most) {
                    alone = one.getValue() > most;
                    most = one.getValue();
                    best = one.getKey();
                }
            }
            return alone ? best : null;
        }
    }

    private CommonWords() {}

    /**
     * Looks at a text.
     *
     * @param lower in lower case
     */
    static Evidence in(String lower) {
        Map<String, Integer> evidence = new HashMap<>();
        Set<String> seen = new HashSet<>();
        int read = 0;
        Matcher matcher = WORD.matcher(lower);
        while (read++ < WORDS_READ && matcher.find()) {
            String word = matcher.group()
                    .replace('’', '\'')
                    .replace('ʻ', '\'')
                    .replace('‘', '\'')
                    .replace('`', '\'');
            if (seen.add(word)) {
                String byWord = LANGUAGE_BY_WORD.getOrDefault(word, SEVERAL);
                String language = byWord.isEmpty() ? byLetters(word) : byWord;
                if (!language.isEmpty()) {
                    evidence.merge(language, 1, Integer::sum);
                }
            }
        }
        for (char sign : new char[] {'¿', '¡'}) {
            if (lower.indexOf(sign) >= 0) {
                evidence.merge("es", 1, Integer::sum);
            }
        }
        return new Evidence(seen.size(), evidence);
    }

    private static String byLetters(String word) {
        String found = SEVERAL;
        for (int i = 0; i < word.length(); i++) {
            String language = LANGUAGE_BY_LETTER.getOrDefault(word.charAt(i), SEVERAL);
            if (!language.isEmpty() && !language.equals(found)) {
                if (!found.isEmpty()) {
                    return SEVERAL;
                }
                found = language;
            }
        }
        return found;
    }

    private static Map<String, String> load() {
        Properties file = new Properties();
        try (InputStream in = CommonWords.class.getResourceAsStream("common-words.properties")) {
            if (in == null) {
                throw new IllegalStateException("common-words.properties is not on the class path");
            }
            file.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        Map<String, String> languages = new HashMap<>();
        for (String language : file.stringPropertyNames()) {
            for (String word : new HashSet<>(List.of(file.getProperty(language).split(" +")))) {
                languages.merge(word, language, (one, other) -> SEVERAL);
            }
        }
        return languages;
    }

    private static Map<Character, String> letters() {
        Map<Character, String> languages = new HashMap<>();
        OWN_LETTERS.forEach(
                (language, letters) -> letters.chars().forEach(letter -> languages.put((char) letter, language)));
        return languages;
    }
}
