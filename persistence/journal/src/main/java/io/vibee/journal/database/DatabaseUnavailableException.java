package io.vibee.journal.database;

/**
 * The database could not do its work, and the request is not to blame: the database is away, too busy or too slow, or lacks a
 * table, a right or room on its disk. Nobody knows whether a write was stored. The same request may work later.
 */
public final class DatabaseUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public DatabaseUnavailableException(Throwable cause) {
        super("the database is not available now: " + cause.getMessage(), cause);
    }
}
