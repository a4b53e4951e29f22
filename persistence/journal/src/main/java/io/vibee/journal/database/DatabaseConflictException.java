package io.vibee.journal.database;

/** A write contradicts what is stored, by a constraint of the schema. Nothing of it was stored; the same fails again. */
public final class DatabaseConflictException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public DatabaseConflictException(Throwable cause) {
        super("the write contradicts what is stored: " + cause.getMessage(), cause);
    }
}
