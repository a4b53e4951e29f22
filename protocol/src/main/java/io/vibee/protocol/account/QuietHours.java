package io.vibee.protocol.account;

import io.vibee.protocol.stored.Stored;
import java.time.LocalTime;

/**
 * A daily time in which nothing is answered, in the account's time zone. It spans midnight when it starts later than it ends.
 *
 * @param from inclusive
 * @param to exclusive
 */
public record QuietHours(LocalTime from, LocalTime to) implements Stored {}
