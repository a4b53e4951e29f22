package io.vibee.persistence.keys;

import com.google.crypto.tink.util.Bytes;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Query;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The table of wrapped keys. It does not know how they are wrapped. */
final class KeyRows {

    static final String USER = "user";

    private static final String SELECT =
            "select id, owner, subject, parent_id, master_id, wrapped, erased_at is not null as erased from encryption_key ";

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
            byte[] wrapped = row.get("wrapped", byte[].class);
            return new Row(
                    Column.text(row, "id"),
                    Column.text(row, "owner"),
                    Column.text(row, "subject"),
                    row.get("parent_id", String.class),
                    row.get("master_id", String.class),
                    wrapped == null ? null : Bytes.copyFrom(wrapped));
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

    static Mono<Optional<Row>> byId(Connection connection, String owner, String id) {
        return Query.on(connection, SELECT + "where id = $1 and owner = $2")
                .with(id)
                .with(owner)
                .one(Row::read);
    }

    static Mono<Optional<Row>> living(Connection connection, String owner, String subject) {
        return Query.on(connection, SELECT + "where owner = $1 and subject = $2 and erased_at is null")
                .with(owner)
                .with(subject)
                .one(Row::read);
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

    /** The keys erased since then; of an erased user only the user's own key. */
    static Flux<Row> erasedSince(Connection connection, Instant since) {
        return Query.on(connection, SELECT + """
                        k where erased_at > $1
                          and (subject = 'user'
                               or not exists (select 1 from encryption_key u
                                               where u.owner = k.owner and u.subject = 'user' and u.erased_at is not null))""").with(since).rows(Row::read);
    }

    static Mono<Long> eraseAll(Connection connection, String owner) {
        return Query.on(
                        connection,
                        "update encryption_key set wrapped = null, erased_at = now() where owner = $1 and erased_at is null")
                .with(owner)
                .update();
    }
}
