package io.vibee.journal;

import io.r2dbc.spi.Connection;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.GroupedReads;
import io.vibee.journal.database.Query;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/**
 * Reads and deletes the events of one persistence id. Each page asks for a connection again, so a long history holds none for long.
 * Entities that recover at the same time share statements. The stages complete on the pool's event loops.
 */
public final class EventReader {

    /* A look-up of its own for each question, so that every plan uses the primary key. */
    private static final String PAGES =
            "select asked.place, e.* from unnest($1::text[], $2::bigint[], $3::bigint[], $4::int[])"
                    + " with ordinality as asked(id, first, last, most, place), lateral (select " + StoredEvent.COLUMNS
                    + " from event_journal where persistence_id = asked.id and seq_nr between asked.first and asked.last"
                    + " and not deleted order by seq_nr limit asked.most) e order by asked.place, e.seq_nr";

    private static final String ONE = "select " + StoredEvent.COLUMNS
            + ", entity_type, slice, generation, transaction_id::text as transaction_id, ordering from event_journal"
            + " where persistence_id = $1 and seq_nr = $2 and not deleted";

    private static final String HIGHEST = """
            select asked.place, e.seq_nr, e.db_timestamp from unnest($1::text[]) with ordinality as asked(id, place), lateral (
              select seq_nr, db_timestamp from event_journal where persistence_id = asked.id order by seq_nr desc limit 1) e""";

    /* A page may hold much. */
    private static final int PAGES_TOGETHER = 8;

    private static final int NUMBERS_TOGETHER = 64;

    /*
     * The last deleted row stays, emptied and without an owner. It keeps the highest sequence number, as in upstream's plugin.
     */
    private static final String DELETE = """
            with last as (
              select max(seq_nr) as seq_nr from event_journal where persistence_id = $1 and seq_nr <= $2
            ), gone as (
              delete from event_journal
               where persistence_id = $1 and seq_nr < (select seq_nr from last)
            )
            update event_journal
               set deleted = true, db_timestamp = transaction_timestamp(), writer = '', adapter_manifest = '',
                   event_ser_id = 0, event_ser_manifest = '', event_payload = ''::bytea,
                   meta_ser_id = null, meta_ser_manifest = null, meta_payload = null,
                   tags = null, owner = null, scope = null
             where persistence_id = $1 and seq_nr = (select seq_nr from last) and not deleted""";

    private record Page(String persistenceId, long from, long to, int limit) {}

    private final Database database;
    private final GroupedReads<Page, StoredEvent> pages;
    private final GroupedReads<String, Highest> highest;

    public EventReader(Database database) {
        this.database = database;
        pages = new GroupedReads<>(database, PAGES_TOGETHER, EventReader::pages, StoredEvent::read);
        highest = new GroupedReads<>(
                database,
                NUMBERS_TOGETHER,
                (connection, ids) -> Query.on(connection, HIGHEST).with(ids.toArray(String[]::new)),
                row -> new Highest(Column.number(row, "seq_nr"), Column.instant(row, "db_timestamp")));
    }

    /** The first {@code limit} events from one sequence number to another, both included. */
    public CompletionStage<List<StoredEvent>> page(String persistenceId, long from, long to, int limit) {
        return pages.ask(new Page(persistenceId, from, to, limit));
    }

    private static Query pages(Connection connection, List<Page> pages) {
        return Query.on(connection, PAGES)
                .with(pages.stream().map(Page::persistenceId).toArray(String[]::new))
                .with(pages.stream().map(Page::from).toArray(Long[]::new))
                .with(pages.stream().map(Page::to).toArray(Long[]::new))
                .with(pages.stream().map(Page::limit).toArray(Integer[]::new));
    }

    /** One event with its place in the journal's order; empty when it is not there, or deleted. */
    public CompletionStage<Optional<OrderedEvent>> event(String persistenceId, long sequenceNr) {
        return database.withConnection(connection -> Query.on(connection, ONE)
                        .with(persistenceId)
                        .with(sequenceNr)
                        .one(OrderedReader::event))
                .toFuture();
    }

    /** The highest sequence number of a persistence id, and the time of its event. */
    record Highest(long sequenceNr, Instant timestamp) {

        static final Highest NONE = new Highest(0, Instant.EPOCH);
    }

    /** The highest sequence number, deleted events included; 0 when there never was an event. */
    public CompletionStage<Long> highestSequenceNr(String persistenceId) {
        return highest(persistenceId).thenApply(Highest::sequenceNr);
    }

    CompletionStage<Highest> highest(String persistenceId) {
        return highest.ask(persistenceId).thenApply(found -> found.isEmpty() ? Highest.NONE : found.getFirst());
    }

    /** Deletes events for good, up to and including {@code to}. The highest sequence number stays known. */
    CompletionStage<Done> deleteTo(String persistenceId, long to) {
        return database.withConnection(connection -> Query.on(connection, DELETE)
                        .with(persistenceId)
                        .with(to)
                        .update())
                .thenReturn(Done.getInstance())
                .toFuture();
    }
}
