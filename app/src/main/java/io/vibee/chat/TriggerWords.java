package io.vibee.chat;

import io.vibee.moderation.WholeWords;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;

/** Finds a sniper's words in a text: whole words of any script, without regard to case or compatibility forms. */
final class TriggerWords {

    private TriggerWords() {}

    static boolean match(List<String> words, String text) {
        String folded = fold(text);
        return words.stream()
                .map(TriggerWords::fold)
                .anyMatch(word -> !word.isEmpty() && WholeWords.contains(folded, word));
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
