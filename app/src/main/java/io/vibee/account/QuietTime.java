package io.vibee.account;

import io.vibee.protocol.account.AccountSettings;
import io.vibee.protocol.account.QuietHours;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Whether a user's quiet hours are now, in the user's own time zone. */
final class QuietTime {

    private QuietTime() {}

    static boolean is(AccountSettings settings, Instant now) {
        QuietHours hours = settings.quietHours();
        if (hours == null) {
            return false;
        }
        LocalTime time = LocalTime.ofInstant(now, zone(settings.timezone()));
        boolean afterStart = !time.isBefore(hours.from());
        boolean beforeEnd = time.isBefore(hours.to());
        return hours.from().isBefore(hours.to()) ? afterStart && beforeEnd : afterStart || beforeEnd;
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
