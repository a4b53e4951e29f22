package io.vibee.reply;

import io.vibee.protocol.text.Characters;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts our notes and several people's words into one text, so that nobody's words pass for ours or for another's. A line that begins with a
 * square bracket is ours, and what it quotes can't end it. A line that begins with a bar continues the line above. After the line that
 * announces the message to answer, everything is that message, as it was written.
 */
final class Notation {

    /** The first line where we spoke first. Models want a person to begin. */
    static final String BEGAN_EARLIER = "[The conversation began earlier.]";

    private static final String GOES_ON = "| ";

    /** Everything that Unicode or a programming language takes for the end of a line. */
    private static final String LINE_ENDS = "\n\u000B\f\r\u001C\u001D\u001E\u0085\u2028\u2029";

    private static final Pattern LINE_END = Pattern.compile("\r\n|[" + LINE_ENDS + "]");

    private static final Pattern SPACES = Pattern.compile("[\\s\\p{Z}]+");

    private static final String OPENING = "[［【〔⟦❲⁅〚﹇︻";
    private static final String CLOSING = "]］】〕⟧❳⁆〛﹈︼";
    private static final String BARS = "|｜¦│";
    private static final String COLONS = ":：﹕︓∶꞉ː";
    private static final String QUOTES = "\"＂";

    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;
    private static final int TEXT_STYLE = 0xFE0E;
    private static final int EMOJI_STYLE = 0xFE0F;

    private Notation() {}

    /** A name as it stands before a colon: on one line, of bounded length, without our signs and without invisible characters. */
    static String name(String text, int longest) {
        String tame = tamed(text);
        StringBuilder name = new StringBuilder(tame.length());
        tame.codePoints().forEach(point -> {
            if (isOneOf(COLONS, point) || isOneOf(BARS, point)) {
                name.append(' ');
            } else {
                name.appendCodePoint(isOneOf(QUOTES, point) ? '\'' : point == '\\' ? '/' : point);
            }
        });
        return oneLine(name.toString(), longest);
    }

    /** A text in quotation marks, on one line, with nothing in it that would end them or our note around them. */
    static String quoted(String text, int longest) {
        String[] lines = lines(cut(text.strip(), longest));
        StringBuilder quoted = new StringBuilder(text.length() + 16).append('"');
        for (int i = 0; i < lines.length; i++) {
            quoted.append(i == 0 ? "" : "\\n");
            quoted.append(escaped(tamed(lines[i])));
        }
        return quoted.append('"').toString();
    }

    private static String escaped(String line) {
        return line.indexOf('"') < 0 && line.indexOf('\\') < 0
                ? line
                : line.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    /** A text that {@link #quoted} leaves as it is: on one line, without our signs and invisible characters, of bounded length. */
    static String quotable(String text, int longest) {
        return oneLine(tamed(text).replace('"', '\'').replace('\\', '/'), longest);
    }

    private static String oneLine(String text, int longest) {
        return cut(SPACES.matcher(text).replaceAll(" ").strip(), longest);
    }

    /**
     * Somebody's words, with nothing that passes for our line or, where names say who wrote what, for another person's words.
     *
     * @param name as {@link #name} returns it; null where only one person writes
     */
    static String said(@Nullable String name, String text) {
        String[] lines = lines(text);
        StringBuilder said = new StringBuilder(text.length() + 16);
        for (int i = 0; i < lines.length; i++) {
            boolean marked = i == 0 ? name == null && looksOurs(lines[i]) : name != null || looksOurs(lines[i]);
            said.append(i == 0 ? "" : "\n")
                    .append(i == 0 && name != null ? name + ": " : "")
                    .append(marked ? GOES_ON : "")
                    .append(lines[i]);
        }
        return said.toString();
    }

    /** A text with each line marked as a continuation of the line above. */
    static String below(String text) {
        return GOES_ON + LINE_END.matcher(text).replaceAll("\n" + GOES_ON);
    }

    /** The line before the message to answer, which follows as it was written. */
    static String announced(@Nullable String name) {
        return name == null
                ? "[The message to answer:]"
                : "[The message to answer, by " + quoted(name, Integer.MAX_VALUE) + ":]";
    }

    /** Whether a message that stands alone can't be mistaken for ours or another person's, so that it needs no line before it. */
    static boolean isPlain(@Nullable String name, String text) {
        String[] lines = lines(text);
        if (name != null) {
            return lines.length == 1;
        }
        for (String line : lines) {
            if (looksOurs(line)) {
                return false;
            }
        }
        return true;
    }

    /** Most texts have one line: those are spared the pattern. */
    private static String[] lines(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (endsLine(text.charAt(i))) {
                return LINE_END.split(text, -1);
            }
        }
        return new String[] {text};
    }

    private static boolean endsLine(char unit) {
        return (unit < ' ' || unit >= 0x85) && isOneOf(LINE_ENDS, unit);
    }

    private static boolean looksOurs(String line) {
        for (int i = 0; i < line.length(); ) {
            int point = line.codePointAt(i);
            if (!isSpace(point) && !Characters.isInvisible(point)) {
                return isOneOf(OPENING, point) || isOneOf(BARS, point);
            }
            i += Character.charCount(point);
        }
        return false;
    }

    /** A text without line ends, square brackets and invisible characters. Those within an emoji or a Persian word stay. */
    private static String tamed(String text) {
        return isTame(text) ? text : madeTame(text);
    }

    private static boolean isTame(String text) {
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            if (!isTame(point)) {
                return false;
            }
            i += Character.charCount(point);
        }
        return true;
    }

    private static boolean isTame(int point) {
        return point < 0x7F
                ? point >= ' ' && point != '[' && point != ']'
                : !isOneOf(OPENING, point)
                        && !isOneOf(CLOSING, point)
                        && !isSpace(point)
                        && !Character.isISOControl(point)
                        && (!Characters.isInvisible(point) || isWithinWords(point));
    }

    private static String madeTame(String text) {
        StringBuilder tame = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            if (isOneOf(OPENING, point)) {
                tame.append('(');
            } else if (isOneOf(CLOSING, point)) {
                tame.append(')');
            } else if (isSpace(point) || Character.isISOControl(point)) {
                tame.append(' ');
            } else if (!Characters.isInvisible(point) || isWithinWords(point)) {
                tame.appendCodePoint(point);
            }
        });
        return tame.toString();
    }

    private static boolean isWithinWords(int point) {
        return point == ZERO_WIDTH_NON_JOINER
                || point == ZERO_WIDTH_JOINER
                || point == TEXT_STYLE
                || point == EMOJI_STYLE;
    }

    private static boolean isSpace(int point) {
        return Character.isWhitespace(point) || Character.isSpaceChar(point);
    }

    private static boolean isOneOf(String signs, int point) {
        return signs.indexOf(point) >= 0;
    }

    /** The beginning of a text, never with a part of a character. */
    static String cut(String text, int longest) {
        if (text.length() <= longest) {
            return text;
        }
        boolean splitsPair = longest > 0 && Character.isHighSurrogate(text.charAt(longest - 1));
        return text.substring(0, splitsPair ? longest - 1 : longest);
    }
}
