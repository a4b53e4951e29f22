package io.vibee.journal.projection;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Query;
import io.vibee.journal.query.PagedEvent;
import java.time.Instant;
import java.util.List;
import org.apache.pekko.Done;
import reactor.core.publisher.Mono;

/**
 * An event without rows in a build of a projection, because it can't be handled.
 *
 * @param position its offset, generation/transaction/ordering
 * @param cause without any personal text
 */
public record SetAside(
        String name, int build, String persistenceId, long seqNr, String position, String cause, Instant at) {

    private static final int LONGEST_CAUSE = 512;

    /** The events that were set aside in served builds, the oldest first. */
    static Mono<List<SetAside>> served(Connection connection, int limit) {
        return Query.on(connection, """
                        select name, build, persistence_id, seq_nr, position, cause, set_aside_at
                          from projection_set_aside join projection using (name)
                         where build = serving order by set_aside_at, persistence_id, seq_nr limit $1""").with(limit).list(SetAside::read);
    }

    private static SetAside read(Readable row) {
        return new SetAside(
                Column.text(row, "name"),
                Column.integer(row, "build"),
                Column.text(row, "persistence_id"),
                Column.number(row, "seq_nr"),
                Column.text(row, "position"),
                Column.text(row, "cause"),
                Column.instant(row, "set_aside_at"));
    }

    static Mono<Done> add(Connection connection, String name, int build, PagedEvent<?> event, String cause) {
        return Query.on(connection, """
                        insert into projection_set_aside (name, build, persistence_id, seq_nr, position, cause)
                        values ($1, $2, $3, $4, $5, $6) on conflict do nothing""")
                .with(name)
                .with(build)
                .with(event.persistenceId())
                .with(event.sequenceNr())
                .with(event.offset().toString())
                .with(cause.length() <= LONGEST_CAUSE ? cause : cause.substring(0, LONGEST_CAUSE))
                .update()
                .thenReturn(Done.getInstance());
    }

    static Mono<Long> forget(Connection connection, String name, int build) {
        return Query.on(connection, "delete from projection_set_aside where name = $1 and build = $2")
                .with(name)
                .with(build)
                .update();
    }
}
