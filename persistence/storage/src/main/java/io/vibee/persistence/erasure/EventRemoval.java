package io.vibee.persistence.erasure;

import io.r2dbc.spi.Connection;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.Query;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Removes everything under a persistence id for good: events, snapshot, and the mark of unfinished work. Nothing is left to
 * tell that there was something. Use it only for an entity that does not live. A living entity would write on from its last
 * number, and those events can't be replayed.
 */
public final class EventRemoval {

    /** An entity that wrote within this time may live. It is longer than an idle chat lives. */
    public static final Duration LATELY = Duration.ofMinutes(15);

    private final Database database;

    public EventRemoval(Database database) {
        this.database = database;
    }

    /**
     * What is stored under a persistence id.
     *
     * @param lastWrite the time of the last event; null when there is none
     * @param lately whether the last event is younger than {@link #LATELY}, by the database's clock
     * @param inUse whether the entity's own row is there: a session's or a user's
     */
    public record Found(
            long events, boolean snapshot, @Nullable Instant lastWrite, boolean lately, boolean inUse) {

        public boolean nothing() {
            return events == 0 && !snapshot;
        }
    }

    public CompletionStage<Found> look(String persistenceId) {
        return database.withConnection(connection -> found(connection, persistenceId))
                .toFuture();
    }

    /**
     * Removes everything under the persistence id and gives the number of events. Fails with a {@link RemovalRefusedException}
     * when nothing is stored, or when the entity is in use or wrote lately.
     */
    public CompletionStage<Long> remove(String persistenceId) {
        return database.inTransaction(connection -> found(connection, persistenceId)
                        .flatMap(found -> refusal(persistenceId, found)
                                .<Mono<Long>>map(Mono::error)
                                .orElseGet(() -> delete(connection, persistenceId))))
                .toFuture();
    }

    private static Optional<RemovalRefusedException> refusal(String persistenceId, Found found) {
        if (found.nothing()) {
            return Optional.of(new RemovalRefusedException("nothing is stored under " + persistenceId));
        }
        if (found.inUse()) {
            return Optional.of(new RemovalRefusedException(
                    persistenceId + " is in use: disconnect the session, or erase the user, first"));
        }
        if (found.lately()) {
            return Optional.of(new RemovalRefusedException(persistenceId + " wrote at " + found.lastWrite()
                    + " and may live: come back " + LATELY.toMinutes() + " minutes after its last event"));
        }
        return Optional.empty();
    }

    private static Mono<Long> delete(Connection connection, String persistenceId) {
        return Query.on(connection, "delete from snapshot where persistence_id = $1")
                .with(persistenceId)
                .update()
                .then(Query.on(connection, "delete from unfinished where persistence_id = $1")
                        .with(persistenceId)
                        .update())
                .then(Query.on(connection, "delete from event_journal where persistence_id = $1")
                        .with(persistenceId)
                        .update());
    }

    private static Mono<Found> found(Connection connection, String persistenceId) {
        return Query.on(connection, """
                        select count(*) as events, max(db_timestamp) as last_write,
                               coalesce(max(db_timestamp) > now() - make_interval(secs => $2), false) as lately,
                               exists (select 1 from snapshot s where s.persistence_id = $1) as snapshot,
                               exists (select 1 from telegram_session t where 'Session|' || t.id = $1)
                                 or exists (select 1 from app_user u where 'Account|' || u.id = $1) as in_use
                          from event_journal where persistence_id = $1""")
                .with(persistenceId)
                .with((double) LATELY.toSeconds())
                .one(row -> new Found(
                        Column.number(row, "events"),
                        Column.flag(row, "snapshot"),
                        row.get("last_write", Instant.class),
                        Column.flag(row, "lately"),
                        Column.flag(row, "in_use")))
                .map(Optional::orElseThrow);
    }
}
