package io.vibee.moderation;

import java.lang.Character.UnicodeScript;
import java.util.EnumSet;
import java.util.Set;

/**
 * Finds words in a text of any script, but not inside other words. In scripts that are written without spaces every position is a word
 * boundary.
 */
public final class WholeWords {

    private static final Set<UnicodeScript> UNSPACED = EnumSet.of(
            UnicodeScript.HAN,
            UnicodeScript.HIRAGANA,
            UnicodeScript.KATAKANA,
            UnicodeScript.THAI,
            UnicodeScript.LAO,
            UnicodeScript.KHMER,
            UnicodeScript.MYANMAR);

    private WholeWords() {}

    /** Whether a text contains a word or phrase (not empty) literally. The caller has folded both alike. */
    public static boolean contains(String text, String word) {
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
}
