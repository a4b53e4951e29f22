package io.vibee.account;

import io.vibee.protocol.account.AccountSettings;
import io.vibee.protocol.account.QuietHours;
import io.vibee.protocol.account.WorkingHours;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether it is a user's quiet hours, or outside of the working hours, in the user's own time zone. Pure. */
final class QuietTime {

    /** No time is longer than the six days between two working days of a week, and their nights. */
    private static final int DAYS_BACK = 8;

    private QuietTime() {}

    static boolean is(AccountSettings settings, Instant now) {
        return isQuiet(settings, LocalDateTime.ofInstant(now, zone(settings.timezone())));
    }

    /** When the quiet time began in which it is now; empty when there is none. */
    static Optional<Instant> since(AccountSettings settings, Instant now) {
        if (!is(settings, now)) {
            return Optional.empty();
        }
        ZoneId zone = zone(settings.timezone());
        List<LocalTime> borders = borders(settings);
        ZonedDateTime today = now.atZone(zone);
        for (int days = 0; days <= DAYS_BACK; days++) {
            for (LocalTime border : borders) {
                ZonedDateTime at = ZonedDateTime.of(today.toLocalDate().minusDays(days), border, zone);
                boolean before = isQuiet(settings, at.toLocalDateTime().minusNanos(1));
                if (!at.toInstant().isAfter(now) && isQuiet(settings, at.toLocalDateTime()) && !before) {
                    return Optional.of(at.toInstant());
                }
            }
        }
        return Optional.of(now.minusSeconds(DAYS_BACK * 24L * 60 * 60));
    }

    /** The times of a day at which it may begin, the latest first. */
    private static List<LocalTime> borders(AccountSettings settings) {
        List<LocalTime> borders = new ArrayList<>();
        borders.add(LocalTime.MIDNIGHT);
        QuietHours quiet = settings.quietHours();
        if (quiet != null) {
            borders.add(quiet.from());
        }
        WorkingHours working = settings.availabilityInEffect().workingHours();
        if (working != null) {
            borders.add(working.to());
        }
        return borders.stream().sorted(Comparator.reverseOrder()).toList();
    }

    private static boolean isQuiet(AccountSettings settings, LocalDateTime at) {
        QuietHours quiet = settings.quietHours();
        return (quiet != null && isWithin(at.toLocalTime(), quiet.from(), quiet.to()))
                || !isAtWork(settings.availabilityInEffect().workingHours(), at);
    }

    private static boolean isAtWork(@Nullable WorkingHours hours, LocalDateTime at) {
        if (hours == null) {
            return true;
        }
        LocalTime time = at.toLocalTime();
        boolean ofYesterday = !hours.from().isBefore(hours.to()) && time.isBefore(hours.to());
        LocalDateTime began = ofYesterday ? at.minusDays(1) : at;
        return isWithin(time, hours.from(), hours.to()) && hours.days().contains(began.getDayOfWeek());
    }

    private static boolean isWithin(LocalTime time, LocalTime from, LocalTime to) {
        boolean afterStart = !time.isBefore(from);
        boolean beforeEnd = time.isBefore(to);
        return from.isBefore(to) ? afterStart && beforeEnd : afterStart || beforeEnd;
    }

    /** A zone that this JVM no longer knows must not stop all answers. */
    private static ZoneId zone(String timezone) {
        try {
            return ZoneId.of(timezone);
        } catch (DateTimeException unknown) {
            return ZoneOffset.UTC;
        }
    }
}
