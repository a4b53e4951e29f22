package io.vibee.journal;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Reads the journal across persistence ids, in an order in which no event comes late. It shows only events of transactions that
 * are older than every open one. So a reader neither skips an event that commits late nor reads one twice. Each page is one
 * query, on a connection that is given back before the next page. The stages complete on the pool's event loops.
 */
public final class OrderedReader {

    /** Which events to read. */
    public sealed interface Selection {}

    /** The events of an entity type in the slices {@code from} to {@code to}, both included. */
    public record Slices(String entityType, int from, int to) implements Selection {}

    /** The events with a tag. Reserved tags are not stored as tags. */
    public record Tag(String name) implements Selection {}

    /** The first event of each persistence id. */
    public record Births() implements Selection {}

    /*
     * The horizon and the rows come from one snapshot. Each selection has an index in the journal's order, so a page reads only
     * what it gives (for a tag: at most all events with tags). The look for hidden events uses that order too. Otherwise the
     * planner expects many of them and reads the whole table from its beginning, though usually there are none.
     *
     * A reader goes on from an event, the newest that it has looked at, and never from the horizon. A server that crashes or
     * fails over forgets transactions that left nothing behind, and gives their ids again.
     */
    private static final String PAGE = """
            with horizon as materialized (
              select pg_snapshot_xmin(pg_current_snapshot()) as xmin, (select generation from journal_generation) as generation
            )
            select h.generation as horizon_generation, h.xmin::text as horizon_xid,
                   hidden.found is not null as hidden,
                   newest.generation as newest_generation, newest.xid::text as newest_xid, newest.ordering as newest_ordering,
                   e.*, e.xid::text as transaction_id
              from horizon h left join lateral (
                select true as found from event_journal
                 where %1$s and (generation, transaction_id) >= (h.generation, h.xmin)
                 order by generation, transaction_id
                 limit 1) hidden on true left join lateral (
                select generation, transaction_id as xid, ordering
                  from event_journal
                 where %2$s and (generation, transaction_id) < (h.generation, h.xmin)
                 order by generation desc, transaction_id desc, ordering desc
                 limit 1) newest on true left join lateral (
                select %3$s, entity_type, slice, generation, transaction_id as xid, ordering
                  from event_journal
                 where %1$s and not deleted
                   and (generation, transaction_id, ordering) > ($1, $2::text::xid8, $3)
                   and (generation, transaction_id) < (h.generation, h.xmin)
                 order by generation, transaction_id, ordering
                 limit $4) e on true
             order by e.generation, e.xid, e.ordering""";

    private static final String FRONTIER =
            "select generation, pg_snapshot_xmax(pg_current_snapshot())::text as xmax from journal_generation";

    private static final String LAST_BIRTH = """
            select generation, transaction_id::text as xid, ordering from event_journal
             where seq_nr = 1
               and (generation, transaction_id)
                   < (select generation, pg_snapshot_xmin(pg_current_snapshot()) from journal_generation)
             order by generation desc, transaction_id desc, ordering desc limit 1""";

    private static final String SLICES = page("entity_type = $5 and slice between $6 and $7", "entity_type = $5");
    private static final String TAG = page("tags is not null and tags @> array[$5]::text[]", "tags is not null");
    private static final String BIRTHS = page("seq_nr = 1", "seq_nr = 1");

    private static String page(String selection, String index) {
        return PAGE.formatted(selection, index, StoredEvent.COLUMNS);
    }

    private final Database database;

    public OrderedReader(Database database) {
        this.database = database;
    }

    /**
     * The events after a place, at most {@code limit}. Fails when the server has not given the transaction id of that place
     * yet: then the place comes from another server, or from a later state of this one.
     */
    public CompletionStage<OrderedPage> page(Selection selection, JournalOffset after, int limit) {
        return database.withConnection(connection -> query(connection, selection, after, limit)
                        .list(Row::read)
                        .map(rows -> page(rows, after, limit)))
                .toFuture();
    }

    /** A place behind every event that is committed by now. */
    public CompletionStage<JournalOffset> frontier() {
        return database.withConnection(connection -> Query.on(connection, FRONTIER)
                        .rows(row -> place(row, "generation", "xmax", 0))
                        .single())
                .toFuture();
    }

    /** The place of the newest event that can be seen and is the first of its persistence id; the start when there is none. */
    public CompletionStage<JournalOffset> lastBirth() {
        return database.withConnection(connection -> Query.on(connection, LAST_BIRTH)
                        .rows(row -> place(row, "generation", "xid", Column.number(row, "ordering")))
                        .single(JournalOffset.START))
                .toFuture();
    }

    private static JournalOffset place(Readable row, String generation, String xid, long ordering) {
        return new JournalOffset(
                Column.integer(row, generation), Long.parseUnsignedLong(Column.text(row, xid)), ordering);
    }

    private static Query query(Connection connection, Selection selection, JournalOffset after, int limit) {
        Query query = Query.on(
                        connection,
                        switch (selection) {
                            case Slices slices -> SLICES;
                            case Tag tag -> TAG;
                            case Births births -> BIRTHS;
                        })
                .with(after.generation())
                .with(after.xid())
                .with(after.ordering())
                .with(limit);
        return switch (selection) {
            case Slices slices ->
                query.with(slices.entityType()).with(slices.from()).with(slices.to());
            case Tag tag -> query.with(tag.name());
            case Births births -> query;
        };
    }

    private static OrderedPage page(List<Row> rows, JournalOffset after, int limit) {
        Row first = rows.getFirst();
        if (after.compareTo(first.horizon()) >= 0) {
            throw new IllegalStateException("offset " + after + ": the server is at " + first.horizon()
                    + " only (expected: a later place; it was restored, or lost events when it failed over)");
        }
        List<OrderedEvent> events = new ArrayList<>(rows.size());
        rows.forEach(row -> row.found().ifPresent(events::add));
        boolean end = events.size() < limit;
        JournalOffset reached = end ? first.newest() : events.getLast().offset();
        return new OrderedPage(
                events, reached.compareTo(after) > 0 ? reached : after, first.horizon(), end, end && first.hidden());
    }

    /**
     * A row of the query. Each row has the horizon and the newest place. Each row has an event, except the only row of an empty
     * page.
     */
    private record Row(JournalOffset horizon, JournalOffset newest, boolean hidden, Optional<OrderedEvent> found) {

        static Row read(Readable row) {
            boolean none = row.get("newest_xid", String.class) == null;
            boolean empty = row.get("persistence_id", String.class) == null;
            return new Row(
                    place(row, "horizon_generation", "horizon_xid", 0),
                    none
                            ? JournalOffset.START
                            : place(row, "newest_generation", "newest_xid", Column.number(row, "newest_ordering")),
                    Column.flag(row, "hidden"),
                    empty ? Optional.empty() : Optional.of(event(row)));
        }
    }

    static OrderedEvent event(Readable row) {
        JournalOffset offset = place(row, "generation", "transaction_id", Column.number(row, "ordering"));
        return new OrderedEvent(
                offset, Column.text(row, "entity_type"), Column.integer(row, "slice"), StoredEvent.read(row));
    }
}
