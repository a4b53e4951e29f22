package io.vibee.settings;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations as people write them (90s, 30m, 12h, 1d) or as ISO-8601 does (PT12H). */
final class Durations {
    // Far beyond any use, and near enough that an instant minus it stays an instant.
    private static final Duration LONGEST = Duration.ofDays(36_500);
    private static final Pattern SIMPLE = Pattern.compile("([0-9]{1,12})([smhd])");

    private Durations() {}

    /** The duration; null when the text is no duration, is negative, or is longer than 36500 days. */
    static @Nullable Duration parse(String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        try {
            Matcher simple = SIMPLE.matcher(text);
            Duration duration = simple.matches() ? simple(simple.group(1), simple.group(2)) : Duration.parse(text);
            return duration.isNegative() || duration.compareTo(LONGEST) > 0 ? null : duration;
        } catch (DateTimeException | ArithmeticException e) {
            return null;
        }
    }

    private static Duration simple(String amount, String unit) {
        long number = Long.parseLong(amount);
        return switch (unit) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }
}
