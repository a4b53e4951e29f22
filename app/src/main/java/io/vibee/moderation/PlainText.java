package io.vibee.moderation;

import io.vibee.protocol.text.Characters;
import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.Locale;

/**
 * A text as rules compare it, so that no way of writing hides a word. Compatible forms become one (NFKC), invisible characters go, all
 * space is single. Accents and strokes go too, where they don't make a letter of their own. Vowel signs stay in scripts that write with
 * them.
 */
public final class PlainText {

    private PlainText() {}

    /** With its upper and lower case. */
    static String of(String text) {
        return single(drawn(Normalizer.normalize(seen(text), Normalizer.Form.NFKC)));
    }

    /** Without case: upper case first, so that for example ß and SS are the same. */
    public static String folded(String text) {
        return of(of(text).toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT));
    }

    /** Before composing: an invisible character between a letter and its accent would keep them apart. */
    private static String seen(String text) {
        return keep(text, codePoint -> !Characters.isInvisible(codePoint));
    }

    /** After composing: an accent that still stands alone is decoration. */
    private static String drawn(String text) {
        return keep(text, codePoint -> !Characters.isInvisible(codePoint) && !isDecoration(codePoint));
    }

    private static String keep(String text, java.util.function.IntPredicate which) {
        StringBuilder kept = new StringBuilder(text.length());
        text.codePoints().filter(which).forEach(kept::appendCodePoint);
        return kept.toString();
    }

    private static boolean isDecoration(int codePoint) {
        int type = Character.getType(codePoint);
        return (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK)
                && UnicodeScript.of(codePoint) == UnicodeScript.INHERITED;
    }

    private static String single(String text) {
        StringBuilder spaced = new StringBuilder(text.length());
        text.codePoints().forEach(codePoint -> {
            if (!Character.isWhitespace(codePoint) && !Character.isSpaceChar(codePoint)) {
                // One apostrophe, whichever one the keyboard writes.
                spaced.appendCodePoint(codePoint == 0x2019 ? '\'' : codePoint);
            } else if (!spaced.isEmpty() && spaced.charAt(spaced.length() - 1) != ' ') {
                spaced.append(' ');
            }
        });
        return spaced.toString().strip();
    }
}
