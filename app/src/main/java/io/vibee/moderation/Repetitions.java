package io.vibee.moderation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Counts how large a regular expression becomes when its counted repetitions are written out, as RE2 does. A few characters with nested
 * repetitions can exceed any memory.
 */
final class Repetitions {

    private static final Pattern COUNTED = Pattern.compile("\\{(\\d{1,9})(?:,(\\d{0,9}))?}");
    private static final Pattern CLASS =
            Pattern.compile("\\[\\^?]?(?:\\\\.|\\[:\\^?\\w+:]|[^]\\\\])*+]", Pattern.DOTALL);

    private Repetitions() {}

    /** At least the number of its atoms, written out. For a text that is no expression, any number. */
    static long size(String expression) {
        Deque<Long> outer = new ArrayDeque<>();
        long sum = 0;
        long last = 0;
        int at = 0;
        while (at < expression.length()) {
            Matcher counted = COUNTED.matcher(expression).region(at, expression.length());
            Matcher set = CLASS.matcher(expression).region(at, expression.length());
            if (counted.lookingAt()) {
                long times = times(counted);
                sum = saturated(sum + saturated(last * (times - 1)));
                last = saturated(last * times);
                at = counted.end();
                continue;
            }
            switch (expression.charAt(at)) {
                case '(' -> {
                    outer.push(sum);
                    sum = 0;
                    last = 0;
                }
                case ')' -> {
                    last = sum;
                    sum = saturated(sum + (outer.isEmpty() ? 0 : outer.pop()));
                }
                default -> {
                    last = 1;
                    sum++;
                }
            }
            at = set.lookingAt() ? set.end() : at + (expression.charAt(at) == '\\' ? 2 : 1);
        }
        while (!outer.isEmpty()) {
            sum = saturated(sum + outer.pop());
        }
        return sum;
    }

    private static long times(Matcher counted) {
        String most = counted.group(2);
        return Math.max(
                1,
                Math.max(Long.parseLong(counted.group(1)), most == null || most.isEmpty() ? 0 : Long.parseLong(most)));
    }

    /** Far above any bound, and far below an overflow. */
    private static long saturated(long size) {
        return Math.min(size, 1_000_000_000L);
    }
}
