package io.vibee.reply;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * How long a provider asks us to wait: {@code Retry-After} in seconds or as a date (RFC 9110, 10.2.3), or the finer {@code retry-after-ms}
 * that OpenAI sends beside it. An unreadable value counts as none.
 */
final class RetryAfter {
    private RetryAfter() {}

    static @Nullable Duration in(HttpHeaders headers, Instant now) {
        Duration exact = headers.firstValue("retry-after-ms")
                .map(value -> ofDecimal(value, 1))
                .orElse(null);
        return exact != null
                ? exact
                : headers.firstValue("Retry-After")
                        .map(value -> ofSecondsOrDate(value.strip(), now))
                        .orElse(null);
    }

    private static @Nullable Duration ofSecondsOrDate(String value, Instant now) {
        Duration seconds = ofDecimal(value, 1000);
        if (seconds != null) {
            return seconds;
        }
        try {
            Instant until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return until.isAfter(now) ? Duration.between(now, until) : Duration.ZERO;
        } catch (DateTimeException unreadable) {
            return null;
        }
    }

    private static @Nullable Duration ofDecimal(String value, int millisPerUnit) {
        try {
            double millis = Double.parseDouble(value) * millisPerUnit;
            // Beyond a day the length doesn't matter; NaN is no wait at all.
            return millis >= 0 ? Duration.ofMillis((long) Math.ceil(Math.min(millis, 86_400_000))) : null;
        } catch (NumberFormatException unreadable) {
            return null;
        }
    }
}
