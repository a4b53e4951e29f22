package io.vibee.persistence.page;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The place where a page ended: the values of the keys that the list is sorted by. The text form is base64url and means nothing
 * to its reader. It is no secret and gives no access, because every query is bound to its owner anyway.
 */
public record Cursor(List<String> values) {

    private static final String SEPARATOR = "\n";

    public Cursor {
        values = List.copyOf(values);
    }

    public static Cursor at(Object... values) {
        return new Cursor(Arrays.stream(values).map(String::valueOf).toList());
    }

    /**
     * Reads a cursor that a client sent.
     *
     * @param size how many values it must have
     * @throws IllegalArgumentException when it is not a cursor of such a list
     */
    public static Cursor parse(String text, int size) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            String joined = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            List<String> values = List.of(joined.split(SEPARATOR, -1));
            if (values.size() == size && joined.indexOf('\0') < 0) {
                return new Cursor(values);
            }
        } catch (IllegalArgumentException | CharacterCodingException e) {
            // Refused below, whatever was wrong with it.
        }
        throw refused();
    }

    public String text(int index) {
        return values.get(index);
    }

    public long number(int index) {
        try {
            return Long.parseLong(values.get(index));
        } catch (NumberFormatException e) {
            throw refused();
        }
    }

    public Instant instant(int index) {
        try {
            Instant instant = Instant.parse(values.get(index));
            // The database's range is smaller than Java's.
            if (instant.isBefore(Instant.EPOCH) || instant.isAfter(Instant.parse("9999-12-31T00:00:00Z"))) {
                throw refused();
            }
            return instant;
        } catch (DateTimeException e) {
            throw refused();
        }
    }

    /** The text form, for clients. */
    public String encoded() {
        byte[] bytes = String.join(SEPARATOR, values).getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static IllegalArgumentException refused() {
        return new IllegalArgumentException("cursor: not one of this list (expected: next_cursor of the page before)");
    }
}
