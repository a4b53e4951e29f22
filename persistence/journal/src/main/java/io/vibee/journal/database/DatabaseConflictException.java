package io.vibee.journal.database;

/** A write breaks a constraint of the schema. Nothing of it was stored, and the same write will fail again. */
public final class DatabaseConflictException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public DatabaseConflictException(Throwable cause) {
        super("the write breaks a constraint: " + cause.getMessage(), cause);
    }
}
