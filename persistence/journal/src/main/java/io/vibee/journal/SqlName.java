package io.vibee.journal;

import java.util.regex.Pattern;

/** A name of the configuration that becomes a part of SQL: one that PostgreSQL takes without quotes. */
final class SqlName {

    private static final Pattern USABLE = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

    private SqlName() {}

    /** @throws IllegalArgumentException when it is not one */
    static String required(String key, String name) {
        if (!USABLE.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    key + ": " + name + " (expected: 1 to 63 of a-z, 0-9 and _, not a digit first)");
        }
        return name;
    }
}
