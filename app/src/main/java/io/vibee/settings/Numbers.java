package io.vibee.settings;

import org.jspecify.annotations.Nullable;

/** Reads whole numbers as people write them: ASCII digits only, without a sign or anything around them. */
final class Numbers {
    private Numbers() {}

    /** The number; null when the text is no number or the number is outside the range. */
    static @Nullable Integer between(String text, int least, int most) {
        if (!text.matches("[0-9]{1,10}")) {
            return null;
        }
        long number = Long.parseLong(text);
        return number < least || number > most ? null : Integer.valueOf((int) number);
    }
}
