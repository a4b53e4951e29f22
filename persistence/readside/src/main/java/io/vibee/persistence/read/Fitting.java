package io.vibee.persistence.read;

import io.vibee.protocol.text.Characters;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Makes any value one that its column of a read table takes, so that no event can be written for what it says only: texts that can
 * be stored and are not longer than the column, times and numbers in PostgreSQL's range. What fits stays as it is.
 */
final class Fitting {

    /** UTF-16 units of the columns; those of {@code varchar} count code points, which are no more. */
    static final int LONGEST_ID = 64;

    static final int LONGEST_NAME = 1_024;
    static final int LONGEST_REASON = 32;
    static final int LONGEST_DETAIL = 128;
    static final int LONGEST_CAUSE = 2_048;
    static final int LONGEST_TEXT = 1 << 20;

    /** More than is ever used in a day; 9000 of them are still a bigint. */
    private static final long LARGEST_AMOUNT = 1_000_000_000_000_000L;

    private static final Instant FIRST = Instant.EPOCH;
    private static final Instant LAST = Instant.parse("9999-12-30T00:00:00Z");
    private static final LocalDate FIRST_DAY = LocalDate.EPOCH;
    private static final LocalDate LAST_DAY = LocalDate.of(9999, 12, 30);

    private Fitting() {}

    static String text(String text, int longest) {
        return Characters.storable(text, longest);
    }

    static @Nullable String textOrNull(@Nullable String text, int longest) {
        return text == null ? null : text(text, longest);
    }

    /** An id; of one that doesn't fit another, always the same, that no other id has. */
    static String id(String id) {
        return id.length() <= LONGEST_ID && Characters.areStorable(id) ? id : "~" + fingerprint(id);
    }

    static @Nullable String idOrNull(@Nullable String id) {
        return id == null ? null : id(id);
    }

    static Instant time(Instant time) {
        return time.isBefore(FIRST) ? FIRST : time.isAfter(LAST) ? LAST : time;
    }

    static LocalDate day(LocalDate day) {
        return day.isBefore(FIRST_DAY) ? FIRST_DAY : day.isAfter(LAST_DAY) ? LAST_DAY : day;
    }

    static long amount(long amount) {
        return Math.clamp(amount, 0L, LARGEST_AMOUNT);
    }

    private static String fingerprint(String id) {
        ByteBuffer units = ByteBuffer.allocate(2 * id.length());
        units.asCharBuffer().put(id);
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(units.array()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
