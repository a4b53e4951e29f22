package io.vibee.journal.database;

/**
 * The database could not do it, for a reason that lies not in what was asked: it is away, too busy or too slow, or lacks a table, a
 * right or room on its disk. Whether a write was stored is not known. The same may work later.
 */
public final class DatabaseUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public DatabaseUnavailableException(Throwable cause) {
        super("the database can't do it now: " + cause.getMessage(), cause);
    }
}
