package io.vibee.journal;

import org.jspecify.annotations.Nullable;

/** Events were not stored, or nobody knows whether they were. The message says which events, and why. */
public final class WriteFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    WriteFailedException(String write, String why, @Nullable Throwable cause) {
        super("Not known to be stored: " + write + ": " + why, cause);
    }
}
