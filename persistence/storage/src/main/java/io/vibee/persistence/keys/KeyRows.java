package io.vibee.persistence.keys;

import com.google.crypto.tink.util.Bytes;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Query;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The table of wrapped keys. It does not know how they are wrapped. */
final class KeyRows {

    static final String USER = "user";

    private static final String SELECT =
            "select id, owner, subject, parent_id, master_id, wrapped from encryption_key ";

    /* A look-up of its own for each question, so that every plan uses an index. */
    private static final String WITH_USER = """
            select asked.place, k.id, k.owner, k.subject, k.parent_id, k.master_id, k.wrapped,
                   u.id as user_id, u.master_id as user_master_id, u.wrapped as user_wrapped
              from unnest($1::text[], $2::text[]) with ordinality as asked(owner, wanted, place),
                   lateral (select * from encryption_key where %s limit 1) k
                   left join lateral (
                     select * from encryption_key where id = k.parent_id and owner = k.owner limit 1) u on true""";

    private static final String BY_ID = WITH_USER.formatted("id = asked.wanted and owner = asked.owner");

    private static final String LIVING =
            WITH_USER.formatted("owner = asked.owner and subject = asked.wanted and erased_at is null");

    /** What is asked for: a key's id or its subject. */
    record Wanted(String owner, String name) {}

    /**
     * A key with the user's key that wraps it.
     *
     * @param user null when the key has none
     */
    record WithUser(Row key, @Nullable Row user) {

        static WithUser read(Readable row) {
            Row key = Row.read(row);
            String user = row.get("user_id", String.class);
            return new WithUser(
                    key,
                    user == null
                            ? null
                            : new Row(
                                    user,
                                    key.owner(),
                                    USER,
                                    null,
                                    row.get("user_master_id", String.class),
                                    Row.wrapped(row, "user_wrapped")));
        }
    }

    /**
     * A stored key.
     *
     * @param wrapped null when the key is erased
     */
    record Row(
            String id,
            String owner,
            String subject,
            @Nullable String parentId,
            @Nullable String masterId,
            @Nullable Bytes wrapped) {

        static Row read(Readable row) {
            return new Row(
                    Column.text(row, "id"),
                    Column.text(row, "owner"),
                    Column.text(row, "subject"),
                    row.get("parent_id", String.class),
                    row.get("master_id", String.class),
                    wrapped(row, "wrapped"));
        }

        private static @Nullable Bytes wrapped(Readable row, String column) {
            byte[] wrapped = row.get(column, byte[].class);
            return wrapped == null ? null : Bytes.copyFrom(wrapped);
        }

        @Override
        public String toString() {
            return "Row[" + id + ", " + owner + ", " + subject + "]";
        }
    }

    private KeyRows() {}

    /** A new id for a key. */
    static String newId() {
        return UUID.randomUUID().toString();
    }

    /** Keys by their ids, erased or not; {@link WithUser#read} reads them. */
    static Query byIds(Connection connection, List<Wanted> wanted) {
        return keys(connection, BY_ID, wanted);
    }

    /** The living keys of subjects; {@link WithUser#read} reads them. */
    static Query living(Connection connection, List<Wanted> wanted) {
        return keys(connection, LIVING, wanted);
    }

    private static Query keys(Connection connection, String sql, List<Wanted> wanted) {
        return Query.on(connection, sql)
                .with(wanted.stream().map(Wanted::owner).toArray(String[]::new))
                .with(wanted.stream().map(Wanted::name).toArray(String[]::new));
    }

    /** The user's key, erased or not. It can't be erased until the transaction ends. */
    static Mono<Optional<Row>> lockUser(Connection connection, String owner) {
        return Query.on(connection, SELECT + "where owner = $1 and subject = 'user' for share")
                .with(owner)
                .one(Row::read);
    }

    /** Adds a key, unless the subject has a living one: the first to come makes it. */
    static Mono<Long> insert(Connection connection, Row row) {
        Bytes wrapped = row.wrapped();
        return Query.on(connection, """
                        insert into encryption_key (id, owner, subject, parent_id, master_id, wrapped)
                        values ($1, $2, $3, $4, $5, $6) on conflict do nothing""")
                .with(row.id())
                .with(row.owner())
                .with(row.subject())
                .with(row.parentId(), String.class)
                .with(row.masterId(), String.class)
                .with(wrapped == null ? null : wrapped.toByteArray(), byte[].class)
                .update();
    }

    /** Users' keys under a master key, sorted by owner, behind one owner; locked until the transaction ends. */
    static Mono<List<Row>> usersWrappedBy(Connection connection, String masterId, String afterOwner, int limit) {
        return Query.on(connection, SELECT + """
                        where subject = 'user' and owner > $1 and master_id = $2 and wrapped is not null
                        order by owner limit $3 for update""")
                .with(afterOwner)
                .with(masterId)
                .with(limit)
                .list(Row::read);
    }

    static Mono<Long> rewrap(Connection connection, Row row, String masterId, Bytes wrapped) {
        return Query.on(connection, "update encryption_key set master_id = $2, wrapped = $3 where id = $1")
                .with(row.id())
                .with(masterId)
                .with(wrapped.toByteArray())
                .update();
    }

    static Mono<List<String>> erase(Connection connection, String owner, String subject) {
        return Query.on(connection, """
                        update encryption_key set wrapped = null, erased_at = now()
                         where owner = $1 and subject = $2 and erased_at is null returning id""").with(owner).with(subject).list(row -> Column.text(row, "id"));
    }

    /** Marks the user as erased, even without a key, so that none is made later. */
    static Mono<Long> eraseUser(Connection connection, String owner, String newId) {
        return Query.on(connection, """
                        insert into encryption_key (id, owner, subject, erased_at) values ($1, $2, 'user', now())
                        on conflict (owner) where subject = 'user'
                        do update set wrapped = null, erased_at = coalesce(encryption_key.erased_at, now())""").with(newId).with(owner).update();
    }

    /**
     * What was erased lately.
     *
     * @param now the database's time
     * @param keys of an erased user only the user's own key
     */
    record Erased(Instant now, List<Row> keys) {}

    /** The keys that were erased since then; null: in the time before now. */
    static Mono<Erased> erasedSince(Connection connection, @Nullable Instant since, Duration lately) {
        return Query.on(connection, """
                        select t.now, k.* from (select now() as now) t left join lateral (
                          select id, owner, subject, parent_id, master_id, wrapped from encryption_key e
                           where erased_at > coalesce($1, t.now - make_interval(secs => $2))
                                 and (subject = 'user'
                                      or not exists (select 1 from encryption_key u
                                                      where u.owner = e.owner and u.subject = 'user' and u.erased_at is not null))
                        ) k on true""")
                .with(since, Instant.class)
                .with((double) lately.toSeconds())
                .list(row -> new Erased(
                        Column.instant(row, "now"),
                        row.get("id", String.class) == null ? List.of() : List.of(Row.read(row))))
                .map(rows -> new Erased(
                        rows.getFirst().now(),
                        rows.stream().flatMap(row -> row.keys().stream()).toList()));
    }

    static Mono<Long> eraseAll(Connection connection, String owner) {
        return Query.on(
                        connection,
                        "update encryption_key set wrapped = null, erased_at = now() where owner = $1 and erased_at is null")
                .with(owner)
                .update();
    }
}
