package io.vibee.persistence.audit;

import io.r2dbc.spi.Readable;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.Query;
import io.vibee.persistence.page.Cursor;
import io.vibee.persistence.page.Page;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Reads the journal of one owner, Vibee's own events (JSON) only. Each page is one bounded read of an index. Encrypted texts
 * stay encrypted: the caller opens them for the owner.
 */
public final class AuditLog {

    /** The id of Pekko's jackson-json serializer, which stores Vibee's own events. */
    private static final int JSON_SERIALIZER = 31;

    private static final String COLUMNS = "persistence_id, seq_nr, event_ser_manifest, db_timestamp, event_payload";

    private static final String NEWEST_FIRST = " order by db_timestamp desc, persistence_id desc, seq_nr desc";

    /** The types of the events: one step along the index for each. */
    private static final String TYPES = """
            (select event_ser_manifest as type from event_journal where %1$s order by event_ser_manifest limit 1)
            union all
            select (select event_ser_manifest from event_journal
                     where %1$s and event_ser_manifest > types.type order by event_ser_manifest limit 1)
              from types where types.type is not null""";

    /**
     * Whether the events belong to the owner and the scope. All events of an entity or a scope do, or none. Without this check
     * first, a query for somebody else's entity would read all its events and find none.
     */
    private static final String BELONGS = """
            exists (select from (select owner, scope from event_journal where %s order by event_ser_manifest limit 1) found where %s)""";

    private final Database database;

    public AuditLog(Database database) {
        this.database = database;
    }

    /**
     * Which events to read; null or empty means no restriction.
     *
     * @param scope a session's id
     * @param manifests the events' stored type names
     * @param from inclusive
     * @param to exclusive
     */
    public record Filter(
            @Nullable String scope,
            @Nullable String persistenceId,
            List<String> manifests,
            @Nullable Instant from,
            @Nullable Instant to) {

        public static final Filter ALL = new Filter(null, null, List.of(), null, null);

        public Filter {
            manifests = List.copyOf(manifests);
        }
    }

    /** One event as it is stored. */
    public record Entry(String persistenceId, long seqNr, String manifest, Instant timestamp, String json) {

        static Entry read(Readable row) {
            return new Entry(
                    Column.text(row, "persistence_id"),
                    Column.number(row, "seq_nr"),
                    Column.text(row, "event_ser_manifest"),
                    Column.instant(row, "db_timestamp"),
                    new String(Column.bytes(row, "event_payload"), StandardCharsets.UTF_8));
        }

        @Override
        public String toString() {
            return "Entry[" + persistenceId + ", " + seqNr + ", " + manifest + "]";
        }
    }

    /** The owner's events, the newest first. A cursor of another list is an {@link IllegalArgumentException}. */
    public CompletionStage<Page<Entry>> page(String owner, Filter filter, @Nullable String cursor, int limit) {
        Page.checkLimit(limit);
        Conditions conditions = new Conditions();
        String sql = newest(conditions, owner, filter, cursor, limit);
        return database.withConnection(
                        connection -> conditions.bind(Query.on(connection, sql)).list(Entry::read))
                .map(entries -> Page.of(
                        entries,
                        limit,
                        last -> Cursor.at(last.timestamp(), last.persistenceId(), last.seqNr())
                                .encoded()))
                .toFuture();
    }

    /**
     * Takes the newest of each type, and of these the newest. Owners, scopes and entities each have an index by type and time.
     */
    private static String newest(
            Conditions conditions, String owner, Filter filter, @Nullable String cursor, int limit) {
        String key = "owner = " + conditions.parameter(owner);
        String whose = "found." + key;
        if (filter.scope() != null) {
            key = "scope = " + conditions.parameter(filter.scope());
            whose += " and found." + key;
        }
        if (filter.persistenceId() != null) {
            key = "persistence_id = " + conditions.parameter(filter.persistenceId()) + " and owner is not null";
        }
        String types = filter.manifests().isEmpty()
                ? TYPES.formatted(key)
                : "select unnest(" + conditions.parameter(filter.manifests().toArray(String[]::new))
                        + "::text[]) as type";
        conditions
                .andConstant(key)
                .andConstant("event_ser_manifest = types.type")
                .andConstant("event_ser_id = " + JSON_SERIALIZER)
                .andWhenGiven("db_timestamp >= %s", filter.from())
                .andWhenGiven("db_timestamp < %s", filter.to());
        if (cursor != null) {
            Cursor after = Cursor.parse(cursor, 3);
            conditions.and(
                    "(db_timestamp, persistence_id, seq_nr) < (%s, %s, %s)",
                    after.instant(0), after.text(1), after.number(2));
        }
        String most = conditions.parameter(limit + 1);
        return "with recursive types as (" + types + ") select found.* from types, lateral (select " + COLUMNS
                + ", owner, scope from event_journal" + conditions.where() + NEWEST_FIRST + " limit " + most
                + ") found where types.type is not null and " + whose + " and " + BELONGS.formatted(key, whose)
                + NEWEST_FIRST + " limit " + most;
    }

    /**
     * The persistence ids of the owner's entities of one type, sorted; with a scope, only those of that session. An entity is
     * in the list from its first event on.
     */
    public CompletionStage<Page<String>> entities(
            String owner, String entityType, @Nullable String scope, @Nullable String cursor, int limit) {
        Page.checkLimit(limit);
        Conditions conditions = new Conditions()
                .and("owner = %s", owner)
                .and("entity_type = %s", entityType)
                .andConstant("seq_nr = 1")
                .andConstant("event_ser_id = " + JSON_SERIALIZER)
                .andWhenGiven("scope = %s", scope)
                .andWhenGiven(
                        "persistence_id > %s",
                        cursor == null ? null : Cursor.parse(cursor, 1).text(0));
        String sql = "select persistence_id from event_journal" + conditions.where() + " order by persistence_id limit "
                + conditions.parameter(limit + 1);
        return database.withConnection(connection ->
                        conditions.bind(Query.on(connection, sql)).list(row -> Column.text(row, "persistence_id")))
                .map(ids -> Page.of(ids, limit, last -> Cursor.at(last).encoded()))
                .toFuture();
    }

    /** Joins fixed conditions and numbers their parameters. A value never becomes a part of the SQL. */
    private static final class Conditions {

        private final List<String> conditions = new ArrayList<>();
        private final List<Object> values = new ArrayList<>();

        /** Adds a condition with one {@code %s} for each value. */
        Conditions and(String condition, Object... given) {
            String complete = condition;
            for (Object value : given) {
                complete = complete.replaceFirst("%s", "\\" + parameter(value));
            }
            conditions.add(complete);
            return this;
        }

        Conditions andConstant(String condition) {
            conditions.add(condition);
            return this;
        }

        Conditions andWhenGiven(String condition, @Nullable Object value) {
            return value == null ? this : and(condition, value);
        }

        String parameter(Object value) {
            values.add(value);
            return "$" + values.size();
        }

        String where() {
            return " where " + String.join(" and ", conditions);
        }

        Query bind(Query query) {
            values.forEach(query::with);
            return query;
        }
    }
}
