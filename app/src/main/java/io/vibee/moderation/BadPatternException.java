package io.vibee.moderation;

/** A line of a list of patterns can't be used. */
public final class BadPatternException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final String expected;

    BadPatternException(int line, String expected) {
        super("line " + line + " (expected: " + expected + ")");
        this.line = line;
        this.expected = expected;
    }

    /** From 1. */
    public int line() {
        return line;
    }

    /** What would be right, in words. */
    public String expected() {
        return expected;
    }
}
