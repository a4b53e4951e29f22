package io.vibee.journal;

import io.vibee.journal.database.Column;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.Query;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * The oldest open transaction that has written anything. Readers see no newer event, so they lag by its age at least. It may be
 * anywhere in the server: in another database too, and prepared too.
 */
public final class Horizon {

    /* Without the role pg_read_all_stats the times of other users' sessions are hidden, and their transactions don't count. */
    private static final String HELD_FOR = """
            select coalesce(extract(epoch from clock_timestamp() - min(since)) * 1000, 0)::bigint as millis
              from (select xact_start as since from pg_stat_activity
                     where backend_xid is not null and pid <> pg_backend_pid()
                    union all
                    select prepared from pg_prepared_xacts) open""";

    private final Database database;

    public Horizon(Database database) {
        this.database = database;
    }

    /** For how long the oldest writing transaction has been open; zero when there is none. */
    public CompletionStage<Duration> heldFor() {
        return database.withConnection(connection -> Query.on(connection, HELD_FOR)
                        .rows(row -> Duration.ofMillis(Column.number(row, "millis")))
                        .single())
                .toFuture();
    }
}
