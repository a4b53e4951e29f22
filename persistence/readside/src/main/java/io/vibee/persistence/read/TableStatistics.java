package io.vibee.persistence.read;

import io.r2dbc.spi.Connection;
import io.vibee.journal.database.Query;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.Done;
import reactor.core.publisher.Mono;

/**
 * Has the server look at a table whenever a node has doubled what it wrote to it. The server looks by itself too, a minute later or when a
 * tenth of the whole table is new. Until then it takes a new table, a restored one or a new build for a few rows, and a change of thirty
 * messages reads them all.
 */
final class TableStatistics {

    private static final long FIRST = 1_000;

    /** A table of so many rows changes little until the server looks by itself. */
    private static final long LAST = 1_000_000;

    private final String analyze;
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong lookAt = new AtomicLong(FIRST);

    /**
     * @param table its name with the columns that matter, which become part of a statement: a column of texts takes long
     */
    TableStatistics(String table) {
        // Whoever else looks at the table now does it for all.
        this.analyze = "analyze (skip_locked) " + table;
    }

    /** Rows were added within this transaction. Sees to the statistics in it if it is time. */
    Mono<Done> wrote(Connection connection, int rows) {
        long all = written.addAndGet(rows);
        long next = lookAt.get();
        boolean time = all >= next && next <= LAST && lookAt.compareAndSet(next, 2 * all);
        return time
                ? Query.on(connection, analyze).update().thenReturn(Done.getInstance())
                : Mono.just(Done.getInstance());
    }
}
