package io.vibee.persistence.keys;

import io.r2dbc.spi.Connection;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.Query;
import io.vibee.persistence.keys.KeyRows.Row;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Wraps the users' keys with another master key. It touches nothing under them: no data key and no event. It works in small
 * transactions, each complete by itself. So it may be stopped anywhere and run again, even while nodes run that accept both
 * master keys. It ends only when the old master key wraps nothing any more.
 */
public final class MasterKeyRotation {

    private static final int ROUNDS = 5;

    private final Database database;
    private final MasterKey from;
    private final MasterKey to;
    private final int batch;

    /**
     * Rotates from one master key to another.
     *
     * @param batch how many keys are wrapped in one transaction
     */
    public MasterKeyRotation(Database database, MasterKey from, MasterKey to, int batch) {
        if (from.id().equals(to.id())) {
            throw new IllegalArgumentException("the new master key is the old one (expected: another)");
        }
        this.database = database;
        this.from = from;
        this.to = to;
        this.batch = batch;
    }

    /**
     * The result of a run.
     *
     * @param rewrapped how many users' keys this run wrapped anew
     * @param all how many users' keys the new master key wraps now, which is all of them
     */
    public record Result(long rewrapped, long all) {}

    private record Counts(long byOld, long byNew, long byOthers, String anotherId) {}

    /**
     * Wraps all users' keys. Fails with a {@link RotationException} before it changes anything when neither master key wrapped
     * some of them. Fails with one, too, when a node goes on wrapping with the old master key.
     */
    public CompletionStage<Result> run() {
        return rounds(ROUNDS, 0).toFuture();
    }

    private Mono<Result> rounds(int left, long before) {
        return counts().flatMap(counts -> {
            if (counts.byOthers() > 0) {
                return Mono.error(new RotationException(counts.byOthers()
                        + " keys are wrapped by a master key that is neither the new nor the previous one ("
                        + counts.anotherId()
                        + "; new: " + to.id() + ", previous: " + from.id() + ")"));
            }
            if (counts.byOld() == 0) {
                return Mono.just(new Result(before, counts.byNew()));
            }
            if (left == 0) {
                return Mono.error(new RotationException(counts.byOld() + " keys were wrapped by the previous master key"
                        + " meanwhile: give every node the new one first"));
            }
            return batches("", 0).flatMap(done -> rounds(left - 1, before + done));
        });
    }

    /** Goes from owner to owner, so every batch moves on. */
    private Mono<Long> batches(String after, long before) {
        return database.inTransaction(connection -> rewrap(connection, after))
                .flatMap(owners ->
                        owners.isEmpty() ? Mono.just(before) : batches(owners.getLast(), before + owners.size()));
    }

    private Mono<List<String>> rewrap(Connection connection, String after) {
        return KeyRows.usersWrappedBy(connection, from.id(), after, batch)
                .flatMap(rows -> Flux.fromIterable(rows)
                        .concatMap(
                                row -> KeyRows.rewrap(connection, row, to.id(), KeyWrapping.rewrapped(row, from, to)))
                        .then(Mono.just(rows.stream().map(Row::owner).toList())));
    }

    private Mono<Counts> counts() {
        return database.withConnection(connection -> Query.on(connection, """
                        select count(*) filter (where master_id = $1) as by_old,
                               count(*) filter (where master_id = $2) as by_new,
                               count(*) filter (where master_id not in ($1, $2)) as by_others,
                               coalesce(min(master_id) filter (where master_id not in ($1, $2)), '') as another_id
                          from encryption_key where subject = 'user' and wrapped is not null""")
                        .with(from.id())
                        .with(to.id())
                        .one(row -> new Counts(
                                Column.number(row, "by_old"),
                                Column.number(row, "by_new"),
                                Column.number(row, "by_others"),
                                Column.text(row, "another_id"))))
                .map(Optional::orElseThrow);
    }
}
