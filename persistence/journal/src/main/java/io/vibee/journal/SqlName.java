package io.vibee.journal;

import java.util.regex.Pattern;

/** Checks names in the configuration that become a part of SQL: PostgreSQL must take them without quotes. */
final class SqlName {

    private static final Pattern USABLE = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

    private SqlName() {}

    /**
     * Gives the name.
     *
     * @throws IllegalArgumentException when the name needs quotes
     */
    static String required(String key, String name) {
        if (!USABLE.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    key + ": " + name + " (expected: 1 to 63 of a-z, 0-9 and _, not a digit first)");
        }
        return name;
    }
}
