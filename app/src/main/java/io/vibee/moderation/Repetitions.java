package io.vibee.moderation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How large a regular expression becomes when its counted repetitions are written out, which is what RE2 does with them: a few
 * characters with nested ones come to more than any memory holds.
 */
final class Repetitions {

    private static final Pattern COUNTED = Pattern.compile("\\{(\\d{1,9})(?:,(\\d{0,9}))?}");
    private static final Pattern CLASS =
            Pattern.compile("\\[\\^?]?(?:\\\\.|\\[:\\^?\\w+:]|[^]\\\\])*+]", Pattern.DOTALL);

    private Repetitions() {}

    /** At least as many as its atoms, written out; of what is no expression, some number. */
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
