package io.vibee.journal;

import org.jspecify.annotations.Nullable;

/** Events could not be stored, or it is not known whether they were; the message says which and why. */
public final class WriteFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    WriteFailedException(JournalWrite write, String why, @Nullable Throwable cause) {
        super("Not known to be stored: " + write.describe() + ": " + why, cause);
    }
}
