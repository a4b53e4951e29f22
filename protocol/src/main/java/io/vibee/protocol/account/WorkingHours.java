package io.vibee.protocol.account;

import io.vibee.protocol.stored.Stored;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.util.List;

/**
 * When messages are answered, in the account's time zone. On a day it spans midnight when it starts later than it ends: the rest then
 * belongs to the day on which it started.
 *
 * @param days at least one, each at most once
 * @param from inclusive
 * @param to exclusive
 */
public record WorkingHours(List<DayOfWeek> days, LocalTime from, LocalTime to) implements Stored {
    public WorkingHours {
        days = List.copyOf(days);
    }
}
