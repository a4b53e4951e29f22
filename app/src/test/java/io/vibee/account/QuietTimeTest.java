package io.vibee.account;

import static java.time.DayOfWeek.FRIDAY;
import static java.time.DayOfWeek.MONDAY;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.account.AccountSettings;
import io.vibee.protocol.account.Availability;
import io.vibee.protocol.account.OutsideHours;
import io.vibee.protocol.account.QuietHours;
import io.vibee.protocol.account.WorkingHours;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A user's quiet time")
class QuietTimeTest {

    private static final List<DayOfWeek> WEEKDAYS = Arrays.stream(DayOfWeek.values())
            .filter(day -> day.compareTo(FRIDAY) <= 0)
            .toList();

    private static AccountSettings settings(String zone, @Nullable QuietHours quiet, @Nullable WorkingHours working) {
        return new AccountSettings(null, null, zone, quiet, new Availability(working, OutsideHours.SILENCE), null);
    }

    private static QuietHours quiet(String from, String to) {
        return new QuietHours(LocalTime.parse(from), LocalTime.parse(to));
    }

    private static WorkingHours working(List<DayOfWeek> days, String from, String to) {
        return new WorkingHours(days, LocalTime.parse(from), LocalTime.parse(to));
    }

    private static Instant in(String zone, String local) {
        return LocalDateTime.parse(local).atZone(ZoneId.of(zone)).toInstant();
    }

    private static Optional<Instant> since(AccountSettings settings, String local) {
        return QuietTime.since(settings, in(settings.timezone(), local));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Pacific/Auckland", "Europe/Moscow", "America/Los_Angeles"})
    @DisplayName("spans midnight where the user is, and is one time")
    void midnight(String zone) {
        AccountSettings settings = settings(zone, quiet("22:30", "07:00"), null);
        Instant began = in(zone, "2026-03-10T22:30");

        assertThat(since(settings, "2026-03-10T22:29:59")).isEmpty();
        assertThat(since(settings, "2026-03-10T22:30")).contains(began);
        assertThat(since(settings, "2026-03-11T00:00")).contains(began);
        assertThat(since(settings, "2026-03-11T06:59:59")).contains(began);
        assertThat(since(settings, "2026-03-11T07:00")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        // A Friday, the night after it, and the weekend.
        "2026-03-13T08:59:59, 2026-03-12T18:00",
        "2026-03-13T09:00,",
        "2026-03-13T17:59:59,",
        "2026-03-13T18:00, 2026-03-13T18:00",
        "2026-03-15T12:00, 2026-03-13T18:00",
        "2026-03-16T08:00, 2026-03-13T18:00",
        "2026-03-16T09:00,"
    })
    @DisplayName("is outside of the working hours, and the weekend is one time")
    void weekdays(String now, @Nullable String began) {
        AccountSettings settings = settings("Europe/Berlin", null, working(WEEKDAYS, "09:00", "18:00"));

        assertThat(since(settings, now)).isEqualTo(Optional.ofNullable(began).map(at -> in("Europe/Berlin", at)));
    }

    @Test
    @DisplayName("ends with a night shift that began the day before")
    void nightShift() {
        AccountSettings settings = settings("UTC", null, working(List.of(MONDAY), "22:00", "06:00"));

        assertThat(since(settings, "2026-03-16T21:59")).isPresent();
        assertThat(since(settings, "2026-03-16T22:00")).isEmpty();
        assertThat(since(settings, "2026-03-17T05:59")).isEmpty();
        assertThat(since(settings, "2026-03-17T06:00")).contains(in("UTC", "2026-03-17T06:00"));
        assertThat(since(settings, "2026-03-16T05:00"))
                .as("Monday's early hours belong to Sunday")
                .contains(in("UTC", "2026-03-10T06:00"));
    }

    @Test
    @DisplayName("joins quiet hours and the time after work")
    void both() {
        AccountSettings settings = settings("UTC", quiet("12:00", "13:00"), working(WEEKDAYS, "09:00", "18:00"));

        assertThat(since(settings, "2026-03-13T12:30")).contains(in("UTC", "2026-03-13T12:00"));
        assertThat(since(settings, "2026-03-13T13:30")).isEmpty();
        assertThat(since(
                        settings("UTC", quiet("18:00", "20:00"), working(WEEKDAYS, "09:00", "18:00")),
                        "2026-03-13T19:00"))
                .contains(in("UTC", "2026-03-13T18:00"));
    }

    @Test
    @DisplayName("is never without settings")
    void never() {
        assertThat(QuietTime.since(AccountSettings.DEFAULT, Instant.EPOCH)).isEmpty();
    }
}
