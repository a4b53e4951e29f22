package io.vibee.reply;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the code in a Markdown text: blocks between fences, and spans within a paragraph. A block without a closing fence goes on to the
 * end.
 */
final class MarkdownCode {
    private static final Pattern FENCE = Pattern.compile("(?m)^ {0,3}(`{3,}|~{3,})[^\\n`]*$");
    private static final Pattern TICKS = Pattern.compile("`+");

    /** Longer runs of ticks mark no span: nobody writes them, and looking for their ends costs time. */
    private static final int MOST_TICKS = 8;

    private record Range(int start, int end) {}

    private final String text;
    private final List<Range> ranges = new ArrayList<>();
    private String openFence = "";

    private MarkdownCode(String text) {
        this.text = text;
    }

    static MarkdownCode in(String text) {
        MarkdownCode code = new MarkdownCode(text);
        if (text.indexOf('`') >= 0 || text.indexOf('~') >= 0) {
            code.read();
        }
        return code;
    }

    /** Whether a place is in code. */
    boolean holds(int index) {
        int low = 0;
        int high = ranges.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Range range = ranges.get(middle);
            if (index < range.start()) {
                high = middle - 1;
            } else if (index >= range.end()) {
                low = middle + 1;
            } else {
                return true;
            }
        }
        return false;
    }

    /** The mark that would close a fence that is open at the end, or nothing. */
    String openFence() {
        return openFence;
    }

    private void read() {
        Matcher fence = FENCE.matcher(text);
        int from = 0;
        while (from < text.length() && fence.find(from)) {
            spans(from, fence.start());
            int start = fence.start();
            String mark = fence.group(1);
            boolean closed = false;
            while (!closed && fence.find()) {
                String other = fence.group(1);
                closed = other.startsWith(mark) && fence.group().strip().equals(other);
            }
            from = closed ? fence.end() : text.length();
            openFence = closed ? "" : mark;
            ranges.add(new Range(start, from));
        }
        spans(from, text.length());
    }

    private void spans(int from, int to) {
        Matcher ticks = TICKS.matcher(text);
        int paragraph = from - 1;
        int at = from;
        while (at < to && ticks.region(at, to).find()) {
            at = ticks.end();
            int length = ticks.end() - ticks.start();
            if (length <= MOST_TICKS) {
                if (paragraph < at) {
                    int end = text.indexOf("\n\n", at);
                    paragraph = end < 0 || end > to ? to : end;
                }
                Matcher closing = TICKS.matcher(text).region(at, paragraph);
                boolean closed = false;
                while (!closed && closing.find()) {
                    closed = closing.end() - closing.start() == length;
                }
                if (closed) {
                    ranges.add(new Range(ticks.start(), closing.end()));
                    at = closing.end();
                }
            }
        }
    }
}
