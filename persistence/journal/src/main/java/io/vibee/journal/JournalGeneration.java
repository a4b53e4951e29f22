package io.vibee.journal;

import io.r2dbc.spi.Connection;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.Query;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import reactor.core.publisher.Mono;

/**
 * The first part of the journal's order. Each server counts its own transaction ids. After a restore into another server they
 * may be lower than those in the journal, and new events would come before what readers have passed. A higher generation puts
 * the new events behind. Raising it waits for the writes in flight, and holds up new writes for that long.
 */
public final class JournalGeneration {

    /* One look at the newest event of each entity type. */
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

    /** Raises the generation and gives the new one. */
    public CompletionStage<Integer> raise() {
        return database.inTransaction(connection -> locked(connection).then(raised(connection)))
                .toFuture();
    }

    /**
     * Raises the generation if the journal was restored, which means that it holds transaction ids that this server did not
     * give. Call it before anything is written. Gives the new generation, or nothing when it did not change.
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
                // A default takes no parameter; this number comes from the database.
                .flatMap(generation -> Query.on(
                                connection,
                                "alter table event_journal alter column generation set default " + generation)
                        .update()
                        .thenReturn(generation));
    }
}
