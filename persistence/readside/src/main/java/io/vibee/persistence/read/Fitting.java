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
 * Makes any value fit its column in a read table, so that no event fails for its values alone. It makes texts storable and cuts
 * them to the column's length, and brings times and numbers into PostgreSQL's range. A value that fits stays as it is.
 */
final class Fitting {

    /** The columns' lengths in UTF-16 units. A {@code varchar} counts code points, which are never more. */
    static final int LONGEST_ID = 64;

    static final int LONGEST_NAME = 1_024;
    static final int LONGEST_REASON = 32;
    static final int LONGEST_DETAIL = 128;
    static final int LONGEST_CAUSE = 2_048;
    static final int LONGEST_TEXT = 1 << 20;

    /** More than anybody uses in a day; 9000 times this is still a bigint. */
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

    /** The id itself when it fits. Otherwise a fingerprint of it: always the same, and not the same as any other id. */
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
