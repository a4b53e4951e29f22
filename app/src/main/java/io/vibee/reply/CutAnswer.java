package io.vibee.reply;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ends a text that a model had to break off: at its last whole sentence or line, else at a word. */
final class CutAnswer {

    /** After a sentence. A list's number is no sentence. */
    private static final Pattern SENTENCE = Pattern.compile(
            "(?<!^\\s{0,4}\\d{1,3})[.!?…]+[\"'”’»)\\]*_]{0,3}(?=\\s|$)|[。！？][」』”’）]?", Pattern.MULTILINE);

    /** A line's end will do only if one part in so many of the text stays: the line may be the heading of all that follows. */
    private static final int LEAST_PART = 4;

    private static final String WENT_ON = "…";

    private CutAnswer() {}

    /** The text with a proper end. It closes an open block of code. */
    static String ended(String text) {
        String open = MarkdownCode.in(text).openFence();
        if (!open.isEmpty()) {
            int line = text.lastIndexOf('\n');
            // The line that opened the block may be the last.
            String whole = line < 0 || text.lastIndexOf(open) > line ? text : text.substring(0, line);
            return whole.stripTrailing() + "\n" + open;
        }
        int end = lastEnd(text);
        if (end > 0) {
            return text.substring(0, end).stripTrailing();
        }
        int space = lastSpace(text);
        return (space > 0 ? text.substring(0, space) : text).stripTrailing() + WENT_ON;
    }

    private static int lastEnd(String text) {
        int last = 0;
        Matcher sentence = SENTENCE.matcher(text);
        while (sentence.find()) {
            last = sentence.end();
        }
        int line = text.lastIndexOf('\n');
        return line > last && line * (long) LEAST_PART >= text.length() ? line : last;
    }

    private static int lastSpace(String text) {
        int at = text.length() - 1;
        while (at > 0 && !Character.isWhitespace(text.charAt(at))) {
            at--;
        }
        return at;
    }
}
