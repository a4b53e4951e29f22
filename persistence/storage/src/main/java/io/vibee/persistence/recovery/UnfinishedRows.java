package io.vibee.persistence.recovery;

import io.r2dbc.spi.Readable;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.Query;
import io.vibee.persistence.page.Page;
import java.util.List;
import java.util.concurrent.CompletionStage;
import reactor.core.publisher.Mono;

/**
 * Hands out the entities that wait to be woken. A row that was handed out comes again after 30 s, then 60 s, and so on up to 30
 * min, until the journal deletes it. Sweeps that run at the same time never get the same row.
 */
public final class UnfinishedRows {

    private final Database database;

    public UnfinishedRows(Database database) {
        this.database = database;
    }

    /** Takes at most {@code limit} rows whose time has come, the longest overdue first. */
    public CompletionStage<List<Unfinished>> due(int limit) {
        Page.checkLimit(limit);
        return database.withConnection(
                        connection -> Query.on(connection, """
                        with due as materialized (
                          select persistence_id, next_try_at as due_at from unfinished
                           where next_try_at <= now()
                           order by next_try_at
                           limit $1
                             for update skip locked
                        ), taken as (
                          update unfinished u
                             set tries = u.tries + 1,
                                 next_try_at = now() + least(interval '30 minutes',
                                                             interval '30 seconds' * power(2, least(u.tries, 10)))
                            from due
                           where u.persistence_id = due.persistence_id
                          returning u.persistence_id, u.owner, u.since, u.tries, due.due_at
                        )
                        select * from taken order by due_at, persistence_id""").with(limit).list(UnfinishedRows::read))
                .toFuture();
    }

    /** Makes every row due now, because a node is gone and its entities must be woken elsewhere. Gives the number of rows. */
    public CompletionStage<Long> hasten() {
        return database.withConnection(connection -> Query.on(
                                connection, "update unfinished set next_try_at = now() where next_try_at > now()")
                        .update())
                .toFuture();
    }

    /** The persistence ids of an owner's unfinished entities within a scope, at most {@code limit}. */
    public CompletionStage<List<String>> within(String owner, String scope, int limit) {
        return database.withConnection(connection -> Query.on(connection, """
                        select u.persistence_id from unfinished u
                         where u.owner = $1
                           and exists (select 1 from event_journal e
                                        where e.persistence_id = u.persistence_id and e.seq_nr = 1 and e.scope = $2)
                         limit $3""")
                        .with(owner)
                        .with(scope)
                        .with(limit)
                        .list(row -> Column.text(row, "persistence_id")))
                .toFuture();
    }

    public CompletionStage<Long> count() {
        return database.withConnection(connection -> Query.on(connection, "select count(*) as n from unfinished")
                        .one(row -> Column.number(row, "n")))
                .flatMap(Mono::justOrEmpty)
                .toFuture();
    }

    private static Unfinished read(Readable row) {
        return new Unfinished(
                Column.text(row, "persistence_id"),
                row.get("owner", String.class),
                Column.instant(row, "since"),
                Column.integer(row, "tries"));
    }
}
