package io.vibee.telegram;

import io.vibee.protocol.text.Characters;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Cuts a text into parts that Telegram accepts as messages: at a paragraph if the part is then at least half full, else at a line, a
 * sentence, a word, or between two characters as people see them. No part is invisible, and none begins or ends with white space, except
 * for the indent of a block of code that continues. Everything else arrives in order.
 */
public final class MessageSplitter {
    /** The Bot API's limit for a message's text, in UTF-16 units. */
    public static final int MAX_UNITS = 4096;

    /** How far back it looks for a character's boundary. The longest emoji sequences in use have some 35 units. */
    private static final int LONGEST_CHARACTER = 64;

    private static final String SENTENCE_ENDS = ".!?…。！？";

    private MessageSplitter() {}

    /** Parts of at most {@value #MAX_UNITS} UTF-16 units; none for a text without a visible character. */
    public static List<String> split(String text) {
        return split(text, MAX_UNITS);
    }

    /**
     * Parts of at most {@code maxUnits} UTF-16 units.
     *
     * @param maxUnits 2 or more, for a surrogate pair has two
     */
    public static List<String> split(String text, int maxUnits) {
        return split(FormattedText.plain(text), maxUnits).stream()
                .map(FormattedText::text)
                .toList();
    }

    /** The parts of its text, each with its share of the entities: the first {@value FormattedText#MOST_ENTITIES}. */
    public static List<FormattedText> split(FormattedText text) {
        return split(text, MAX_UNITS);
    }

    static List<FormattedText> split(FormattedText formatted, int maxUnits) {
        if (maxUnits < 2) {
            throw new IllegalArgumentException("maxUnits: " + maxUnits + " (expected: 2 or more)");
        }
        String text = formatted.text();
        var parts = new ArrayList<FormattedText>();
        int from = skipWhiteSpace(text, 0);
        while (from < text.length()) {
            int to = text.length() - from <= maxUnits ? text.length() : from + cut(text, from, maxUnits);
            FormattedText part = formatted.part(from, stripEnd(text, from, to));
            // Telegram refuses a message without a visible character.
            if (Characters.areVisible(part.text())) {
                parts.add(part);
            }
            int next = skipWhiteSpace(text, to);
            from = formatted.isInBlockOfCode(next) ? Math.max(to, text.lastIndexOf('\n', next - 1) + 1) : next;
        }
        return List.copyOf(parts);
    }

    /** How many units the next part takes; the text is longer than that. */
    private static int cut(String text, int from, int maxUnits) {
        int end = Math.min(text.length(), from + maxUnits + LONGEST_CHARACTER);
        String window = text.substring(from, end);
        BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);
        characters.setText(window);

        int half = maxUnits / 2;
        int line = 0;
        int sentence = 0;
        int word = 0;
        for (int at = maxUnits; at > 0; at--) {
            if (!isWordEnd(window, at) || !characters.isBoundary(at)) {
                continue;
            }
            if (at > half && window.startsWith("\n\n", at)) {
                return at;
            }
            if (line == 0 && window.charAt(at) == '\n') {
                line = at;
            }
            if (sentence == 0 && endsSentence(window, at)) {
                sentence = at;
            }
            if (word == 0) {
                word = at;
            }
            if (at <= half && word != 0) {
                break;
            }
        }
        if (line > half) {
            return line;
        }
        if (sentence > half) {
            return sentence;
        }
        return word != 0 ? word : betweenCharacters(window, maxUnits, characters);
    }

    private static int betweenCharacters(String window, int maxUnits, BreakIterator characters) {
        int boundary = characters.isBoundary(maxUnits) ? maxUnits : characters.preceding(maxUnits);
        if (boundary > 0 && boundary >= maxUnits - LONGEST_CHARACTER) {
            return boundary;
        }
        boolean insidePair = Character.isHighSurrogate(window.charAt(maxUnits - 1))
                && Character.isLowSurrogate(window.charAt(maxUnits));
        return insidePair ? maxUnits - 1 : maxUnits;
    }

    /** White space follows, or a sentence of a script that puts none between its sentences has ended. */
    private static boolean isWordEnd(String window, int at) {
        char before = window.charAt(at - 1);
        if (FormattedText.isWhiteSpace(before)) {
            return false;
        }
        return FormattedText.isWhiteSpace(window.charAt(at)) || before == '。' || before == '！' || before == '？';
    }

    private static boolean endsSentence(String window, int at) {
        return SENTENCE_ENDS.indexOf(window.charAt(at - 1)) >= 0;
    }

    private static int skipWhiteSpace(String text, int from) {
        int at = from;
        while (at < text.length() && FormattedText.isWhiteSpace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static int stripEnd(String text, int from, int to) {
        int end = to;
        while (end > from && FormattedText.isWhiteSpace(text.charAt(end - 1))) {
            end--;
        }
        return end;
    }
}
