package io.vibee.persistence.journal;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.vibee.persistence.database.Column;
import io.vibee.persistence.database.Database;
import io.vibee.persistence.database.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Reads the journal across persistence ids in an order in which nothing comes late: only what was stored by transactions older
 * than every open one is seen, so a reader neither skips what commits late nor reads anything twice. A page is one query on a
 * connection that is given back before the next. Its stages complete on the pool's event loops.
 */
public final class OrderedReader {

    /** Some of the journal's events. */
    public sealed interface Selection {}

    /** Those of an entity type and of slices from one to another, both included. */
    public record Slices(String entityType, int from, int to) implements Selection {}

    /** Those with a tag; not the reserved ones, which are stored otherwise. */
    public record Tag(String name) implements Selection {}

    /** The first event of each persistence id. */
    public record Births() implements Selection {}

    /*
     * The horizon and the rows are of one snapshot. Each selection has an index in the journal's order, so that a page reads what
     * it gives (of a tag: at most all events with tags). What is hidden is asked for in that order too: without, the planner takes
     * there to be so much of it that it reads the whole table from its beginning, and usually there is none.
     */
    private static final String PAGE = """
            with horizon as materialized (
              select pg_snapshot_xmin(pg_current_snapshot()) as xmin, (select generation from journal_generation) as generation
            )
            select h.generation as horizon_generation, h.xmin::text as horizon_xid,
                   (select true from event_journal
                     where %1$s and (generation, transaction_id) >= (h.generation, h.xmin)
                     order by generation, transaction_id limit 1) is not null as hidden,
                   e.*, e.xid::text as transaction_id
              from horizon h left join lateral (
                select %2$s, entity_type, slice, generation, transaction_id as xid, ordering
                  from event_journal
                 where %1$s and not deleted
                   and (generation, transaction_id, ordering) > ($1, $2::text::xid8, $3)
                   and (generation, transaction_id) < (h.generation, h.xmin)
                 order by generation, transaction_id, ordering
                 limit $4) e on true
             order by e.generation, e.xid, e.ordering""";

    private static final String BOUNDS = """
            select generation, pg_snapshot_xmin(pg_current_snapshot())::text as xmin,
                   pg_snapshot_xmax(pg_current_snapshot())::text as xmax
              from journal_generation""";

    private static final String SLICES = page("entity_type = $5 and slice between $6 and $7");
    private static final String TAG = page("tags is not null and tags @> array[$5]::text[]");
    private static final String BIRTHS = page("seq_nr = 1");

    private static String page(String selection) {
        return PAGE.formatted(selection, StoredEvent.COLUMNS);
    }

    private final Database database;

    public OrderedReader(Database database) {
        this.database = database;
    }

    /** What comes after a place, at most {@code limit} events. */
    public CompletionStage<OrderedPage> page(Selection selection, JournalOffset after, int limit) {
        return database.withConnection(connection -> query(connection, selection, after, limit)
                        .list(Row::read)
                        .map(rows -> page(rows, after, limit)))
                .toFuture();
    }

    /**
     * How far the journal can be seen at a moment.
     *
     * @param horizon everything up to it can be seen, and nothing will come before it any more
     * @param frontier before it lies everything that was committed at that moment
     */
    public record Bounds(JournalOffset horizon, JournalOffset frontier) {}

    public CompletionStage<Bounds> bounds() {
        return database.withConnection(connection ->
                        Query.on(connection, BOUNDS).rows(OrderedReader::bounds).single())
                .toFuture();
    }

    private static Bounds bounds(Readable row) {
        int generation = Column.integer(row, "generation");
        return new Bounds(
                horizon(generation, Column.text(row, "xmin")),
                new JournalOffset(generation, Long.parseUnsignedLong(Column.text(row, "xmax")), 0));
    }

    private static JournalOffset horizon(int generation, String xmin) {
        return new JournalOffset(generation, Long.parseUnsignedLong(xmin) - 1, Long.MAX_VALUE);
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
        List<OrderedEvent> events = new ArrayList<>(rows.size());
        rows.forEach(row -> row.found().ifPresent(events::add));
        boolean end = events.size() < limit;
        JournalOffset reached = end ? rows.getFirst().upTo() : events.getLast().offset();
        return new OrderedPage(
                events,
                reached.compareTo(after) > 0 ? reached : after,
                end,
                end && rows.getFirst().hidden());
    }

    /** A row of the query: the horizon in each, an event in all but that of an empty page. */
    private record Row(JournalOffset upTo, boolean hidden, Optional<OrderedEvent> found) {

        static Row read(Readable row) {
            JournalOffset upTo = horizon(Column.integer(row, "horizon_generation"), Column.text(row, "horizon_xid"));
            boolean empty = row.get("persistence_id", String.class) == null;
            return new Row(upTo, Column.flag(row, "hidden"), empty ? Optional.empty() : Optional.of(event(row)));
        }
    }

    static OrderedEvent event(Readable row) {
        JournalOffset offset = new JournalOffset(
                Column.integer(row, "generation"),
                Long.parseUnsignedLong(Column.text(row, "transaction_id")),
                Column.number(row, "ordering"));
        return new OrderedEvent(
                offset, Column.text(row, "entity_type"), Column.integer(row, "slice"), StoredEvent.read(row));
    }
}
