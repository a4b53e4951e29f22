package io.vibee.telegram;

import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import org.commonmark.node.Node;
import org.commonmark.node.SourceSpan;

/** The lines of a Markdown document, and where its nodes lie in them. Lines and columns count from 0. */
final class SourceLines {
    private static final Pattern MARKER = Pattern.compile("[ \t]*([-+*]|\\d{1,9}[.)])([ \t]*)");

    /**
     * The beginning of a list's item.
     *
     * @param text as {@code -} or {@code 1.}
     * @param space what follows it in its line
     */
    record Marker(String text, String space) {
        String whole() {
            return text + space;
        }

        /** The same with a number that is higher by so many. */
        String plus(int more) {
            int digits = text.length() - 1;
            return Long.parseLong(text.substring(0, digits)) + more + text.substring(digits) + space;
        }
    }

    private final String[] lines;

    SourceLines(String[] lines) {
        this.lines = lines;
    }

    int first(Node node) {
        return node.getSourceSpans().getFirst().getLineIndex();
    }

    /** The last line of a node that is not blank. */
    int last(Node node) {
        int first = first(node);
        int last = node.getSourceSpans().getLast().getLineIndex();
        while (last > first && lines[last].isBlank()) {
            last--;
        }
        return last;
    }

    int column(Node node) {
        return node.getSourceSpans().getFirst().getColumnIndex();
    }

    String of(SourceSpan span) {
        return lines[span.getLineIndex()].substring(span.getColumnIndex(), span.getColumnIndex() + span.getLength());
    }

    /** Whether the character before a node matches. */
    boolean isBehind(Node node, IntPredicate such) {
        int column = column(node);
        return column > 0 && such.test(lines[first(node)].codePointBefore(column));
    }

    /** The white space at a line's start, after the marks of so many quotes. */
    String indent(int line, int quotes) {
        int from = unquoted(line, quotes);
        return lines[line].substring(from, afterSpace(line, from));
    }

    /** A line from its first character that is not white space, or from a later column. */
    String content(int line, int column, int quotes) {
        int from = afterSpace(line, unquoted(line, quotes));
        return lines[line]
                .substring(Math.max(from, Math.min(column, lines[line].length())))
                .stripTrailing();
    }

    Marker marker(Node item) {
        var found = MARKER.matcher(lines[first(item)]).region(column(item), lines[first(item)].length());
        return found.lookingAt() ? new Marker(found.group(1), found.group(2)) : new Marker("-", " ");
    }

    /** Whether a list has several items with the same marker. */
    boolean sameMarkers(Node list) {
        Node first = list.getFirstChild();
        if (first.getNext() == null) {
            return false;
        }
        String text = marker(first).text();
        for (Node item = first.getNext(); item != null; item = item.getNext()) {
            if (!marker(item).text().equals(text)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a space separates a quote's mark from its text, unlike the brow of an angry face. */
    boolean isSpacedQuote(Node quote) {
        String line = lines[first(quote)];
        int mark = line.indexOf('>', column(quote));
        return mark + 1 >= line.length() || " \t>".indexOf(line.charAt(mark + 1)) >= 0;
    }

    private int unquoted(int line, int quotes) {
        int from = 0;
        for (int quote = 0; quote < quotes; quote++) {
            int mark = afterSpace(line, from);
            if (mark == lines[line].length() || lines[line].charAt(mark) != '>') {
                return from;
            }
            from = mark + 1;
            if (from < lines[line].length() && lines[line].charAt(from) == ' ') {
                from++;
            }
        }
        return from;
    }

    private int afterSpace(int line, int from) {
        int at = from;
        while (at < lines[line].length() && (lines[line].charAt(at) == ' ' || lines[line].charAt(at) == '\t')) {
            at++;
        }
        return at;
    }
}
