package io.vibee.chat;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Finds a sniper's words in a text: whole words of any script, without regard to case or compatibility forms. In scripts that are
 * written without spaces every position is a word boundary.
 */
final class TriggerWords {

    private static final Set<UnicodeScript> UNSPACED = EnumSet.of(
            UnicodeScript.HAN,
            UnicodeScript.HIRAGANA,
            UnicodeScript.KATAKANA,
            UnicodeScript.THAI,
            UnicodeScript.LAO,
            UnicodeScript.KHMER,
            UnicodeScript.MYANMAR);

    private TriggerWords() {}

    static boolean match(List<String> words, String text) {
        String folded = fold(text);
        return words.stream().map(TriggerWords::fold).anyMatch(word -> !word.isEmpty() && contains(folded, word));
    }

    private static boolean contains(String text, String word) {
        for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
            int end = at + word.length();
            if (boundary(text, at) && boundary(text, end)) {
                return true;
            }
        }
        return false;
    }

    private static boolean boundary(String text, int index) {
        if (index == 0 || index == text.length()) {
            return true;
        }
        int before = text.codePointBefore(index);
        int after = text.codePointAt(index);
        return !inWord(before)
                || !inWord(after)
                || UNSPACED.contains(UnicodeScript.of(before))
                || UNSPACED.contains(UnicodeScript.of(after));
    }

    private static boolean inWord(int codePoint) {
        return Character.isLetterOrDigit(codePoint)
                || codePoint == '_'
                || switch (Character.getType(codePoint)) {
                    case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK -> true;
                    default -> false;
                };
    }

    /** Upper case first, so that for example ß and SS fold to the same; one apostrophe, whichever the keyboard writes. */
    private static String fold(String text) {
        String compatible = Normalizer.normalize(text, Normalizer.Form.NFKC);
        return compatible
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT)
                .replace('\u2019', '\'')
                .replaceAll("\\s+", " ")
                .strip();
    }
}
