package io.vibee.journal;

import io.r2dbc.spi.R2dbcException;
import java.util.Set;

/** Tells by the SQLSTATE why the database refused a write. See PostgreSQL's manual, appendix A "Error Codes". */
final class WriteRefusal {

    private static final String UNIQUE_VIOLATION = "23505";
    private static final String ROLLED_BACK = "40";

    /** The write is not to blame (connection, read-only server, resources, operator, system, internal): alone it fails too. */
    private static final Set<String> DATABASE_TROUBLE = Set.of("08", "25", "53", "57", "58", "F0", "XX");

    private WriteRefusal() {}

    /** Whether another writer has stored an event with the same sequence number. */
    static boolean isByAnotherWriter(Throwable failure) {
        return sqlState(failure).equals(UNIQUE_VIOLATION);
    }

    /** Whether the database said no, and what was sent is to blame. */
    static boolean isForContent(Throwable failure) {
        String sqlState = sqlState(failure);
        return sqlState.length() == 5 && !DATABASE_TROUBLE.contains(sqlState.substring(0, 2));
    }

    /** Whether the database rolled the transaction back, so that the same write may succeed later. */
    static boolean isRollback(Throwable failure) {
        return sqlState(failure).startsWith(ROLLED_BACK);
    }

    private static String sqlState(Throwable failure) {
        String state = failure instanceof R2dbcException refused ? refused.getSqlState() : null;
        return state == null ? "" : state;
    }
}
