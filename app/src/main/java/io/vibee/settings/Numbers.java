package io.vibee.settings;

import org.jspecify.annotations.Nullable;

/** Whole numbers as people write them: ASCII digits only, no sign, nothing around. */
final class Numbers {
    private Numbers() {}

    /** The number, or null when the text is none or it lies outside the range. */
    static @Nullable Integer between(String text, int least, int most) {
        if (!text.matches("[0-9]{1,10}")) {
            return null;
        }
        long number = Long.parseLong(text);
        return number < least || number > most ? null : Integer.valueOf((int) number);
    }
}
