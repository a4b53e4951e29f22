package io.vibee.journal;

import io.r2dbc.spi.Connection;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.Query;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import reactor.core.publisher.Mono;

/**
 * The first part of the journal's order. Transaction ids are a server's own: after a restore into another one they may be lower
 * than those in the journal, and what is stored then would come before what readers have passed. A higher generation puts it
 * behind. Raising waits for writes in flight and holds up new ones for that long.
 */
public final class JournalGeneration {

    /* For each entity type one look at the newest event. */
    private static final String TRANSACTION_IDS_BEGAN_ANEW = """
            with recursive types as (
              (select entity_type from event_journal order by entity_type limit 1)
              union all
              select (select entity_type from event_journal
                       where entity_type > types.entity_type order by entity_type limit 1)
                from types where types.entity_type is not null
            )
            select exists (
              select from types, lateral (
                       select generation, transaction_id from event_journal
                        where event_journal.entity_type = types.entity_type
                        order by generation desc, transaction_id desc, ordering desc limit 1) newest
               where newest.transaction_id >= pg_snapshot_xmax(pg_current_snapshot())
                 and newest.generation >= (select generation from journal_generation)) as began_anew""";

    private static final String RAISE =
            "update journal_generation set generation = generation + 1, raised_at = now() returning generation";

    private final Database database;

    public JournalGeneration(Database database) {
        this.database = database;
    }

    /** Raises it and gives the new one. */
    public CompletionStage<Integer> raise() {
        return database.inTransaction(connection -> locked(connection).then(raised(connection)))
                .toFuture();
    }

    /**
     * Raises it if the journal has transaction ids that this server did not give: it was restored. To be called before anything
     * is written. Gives the new one, or nothing when all is as it was.
     */
    public CompletionStage<Optional<Integer>> raiseIfRestored() {
        return database.inTransaction(connection -> locked(connection)
                        .then(Query.on(connection, TRANSACTION_IDS_BEGAN_ANEW)
                                .rows(row -> Column.flag(row, "began_anew"))
                                .single())
                        .flatMap(beganAnew -> beganAnew
                                ? raised(connection).map(Optional::of)
                                : Mono.just(Optional.<Integer>empty())))
                .toFuture();
    }

    /** Nodes that start together take turns. */
    private static Mono<Long> locked(Connection connection) {
        return Query.on(connection, "select from journal_generation for update").update();
    }

    private static Mono<Integer> raised(Connection connection) {
        return Query.on(connection, RAISE)
                .rows(row -> Column.integer(row, "generation"))
                .single()
                // A default takes no parameter; this one is a number that the database gave.
                .flatMap(generation -> Query.on(
                                connection,
                                "alter table event_journal alter column generation set default " + generation)
                        .update()
                        .thenReturn(generation));
    }
}
