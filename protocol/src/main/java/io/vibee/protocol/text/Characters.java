package io.vibee.protocol.text;

/**
 * Which characters of a text can be stored, encoded and seen. PostgreSQL stores no NUL, UTF-8 encodes no lone surrogate, and a person sees
 * nothing of a text that has only invisible characters.
 */
public final class Characters {

    /** Replaces a character that can't be stored. */
    private static final char REPLACEMENT = '\uFFFD';

    private Characters() {}

    /** Whether a text can be stored and encoded: it has no NUL, and no half of a surrogate pair stands alone. */
    public static boolean areStorable(String text) {
        return firstUnstorable(text, 0) == text.length();
    }

    /** The same text with U+FFFD for each NUL and each lone surrogate. Its length in UTF-16 units stays, and so do entities' offsets. */
    public static String storable(String text) {
        int bad = firstUnstorable(text, 0);
        if (bad == text.length()) {
            return text;
        }
        StringBuilder cleaned = new StringBuilder(text);
        for (; bad < text.length(); bad = firstUnstorable(text, bad + 1)) {
            cleaned.setCharAt(bad, REPLACEMENT);
        }
        return cleaned.toString();
    }

    /** The same for the beginning of the text: at most so many UTF-16 units, and no half of a surrogate pair at the end. */
    public static String storable(String text, int longest) {
        if (text.length() <= longest) {
            return storable(text);
        }
        boolean splits = longest > 0
                && Character.isHighSurrogate(text.charAt(longest - 1))
                && Character.isLowSurrogate(text.charAt(longest));
        return storable(text.substring(0, splits ? longest - 1 : longest));
    }

    /** The index of the first UTF-16 unit, from an index on, that can't be stored; else the text's length. */
    private static int firstUnstorable(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit == 0 || Character.isLowSurrogate(unit)) {
                return i;
            }
            if (Character.isHighSurrogate(unit)) {
                if (i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return i;
                }
                i++;
            }
        }
        return text.length();
    }

    /** Whether a person sees anything of a text: at least one character is neither space nor invisible. */
    public static boolean areVisible(String text) {
        return text.codePoints()
                .anyMatch(codePoint -> !Character.isWhitespace(codePoint)
                        && !Character.isSpaceChar(codePoint)
                        && !isInvisible(codePoint));
    }

    /**
     * Whether a character draws nothing and takes no space: format and control characters, Unicode's property Default_Ignorable_Code_Point
     * (UAX 44), and the empty braille cell. White space is not among them.
     */
    public static boolean isInvisible(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.FORMAT -> true;
            case Character.CONTROL -> !Character.isWhitespace(codePoint);
            default -> isDefaultIgnorable(codePoint) || codePoint == 0x2800;
        };
    }

    /** The others that are no format characters: joiners, fillers, variation selectors and what Unicode reserves for more of them. */
    private static boolean isDefaultIgnorable(int codePoint) {
        return switch (codePoint) {
            case 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2065, 0x3164, 0xFFA0 -> true;
            default ->
                (codePoint >= 0xFE00 && codePoint <= 0xFE0F)
                        || (codePoint >= 0xFFF0 && codePoint <= 0xFFF8)
                        || (codePoint >= 0xE0000 && codePoint <= 0xE0FFF);
        };
    }
}
