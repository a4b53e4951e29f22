package io.vibee.journal.database;

import io.r2dbc.spi.Readable;
import java.time.Instant;

/** Reads columns that the schema says are never null. Read a column that may be null from the row itself. */
public final class Column {

    private Column() {}

    public static String text(Readable row, String name) {
        return required(row, name, String.class);
    }

    public static long number(Readable row, String name) {
        return required(row, name, Long.class);
    }

    public static int integer(Readable row, String name) {
        return required(row, name, Integer.class);
    }

    public static boolean flag(Readable row, String name) {
        return required(row, name, Boolean.class);
    }

    public static Instant instant(Readable row, String name) {
        return required(row, name, Instant.class);
    }

    public static byte[] bytes(Readable row, String name) {
        return required(row, name, byte[].class);
    }

    private static <T> T required(Readable row, String name, Class<T> type) {
        T value = row.get(name, type);
        if (value == null) {
            throw new IllegalStateException("column " + name + ": null (expected: a value)");
        }
        return value;
    }
}
