package io.vibee.persistence.cache;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.Query;
import io.vibee.protocol.crypto.Sealed;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import reactor.core.publisher.Mono;

/**
 * Caches answers by fingerprint, for a while. An answer serves only its owner. The table is not logged, so a crash of the
 * server empties it. An answer opens under its chat's key, so an erasure makes it unreadable, and removes it too.
 */
public final class CachedReplies {

    private final Database database;

    public CachedReplies(Database database) {
        this.database = database;
    }

    /**
     * A cached answer.
     *
     * @param life how long it stays valid
     */
    public record Kept(Sealed answer, Duration life) {

        private static Kept read(Readable row) {
            return new Kept(
                    new Sealed(Column.text(row, "key_id"), Column.text(row, "ciphertext")),
                    Duration.ofMillis(Column.number(row, "life_millis")));
        }
    }

    /** The owner's answer with this fingerprint, unless it has expired. */
    public CompletionStage<Optional<Kept>> find(String owner, byte[] fingerprint) {
        return database.withConnection(connection ->
                        Query.on(connection, """
                        select key_id, ciphertext,
                               (extract(epoch from expires_at - now()) * 1000)::bigint as life_millis
                          from reply_cache where fingerprint = $1 and owner = $2 and expires_at > now()""").with(fingerprint).with(owner).one(Kept::read))
                .toFuture();
    }

    /** Stores an answer in the place of an earlier one with the same fingerprint. */
    public CompletionStage<Done> keep(String owner, byte[] fingerprint, Kept kept) {
        return database.withConnection(connection -> Query.on(connection, """
                        insert into reply_cache (fingerprint, owner, key_id, ciphertext, expires_at)
                        values ($1, $2, $3, $4, now() + make_interval(secs => $5))
                        on conflict (fingerprint) do update
                          set owner = excluded.owner, key_id = excluded.key_id, ciphertext = excluded.ciphertext,
                              expires_at = excluded.expires_at""")
                        .with(fingerprint)
                        .with(owner)
                        .with(kept.answer().keyId())
                        .with(kept.answer().ciphertext())
                        .with(kept.life().toMillis() / 1000.0)
                        .update())
                .thenReturn(Done.getInstance())
                .toFuture();
    }

    /** Deletes expired answers; gives their number. */
    public CompletionStage<Long> deleteExpired() {
        return database.withConnection(
                        connection -> Query.on(connection, "delete from reply_cache where expires_at <= now()")
                                .update())
                .toFuture();
    }

    /** Deletes all answers of an owner. */
    public static Mono<Done> eraseOwner(Connection connection, String owner) {
        return Query.on(connection, "delete from reply_cache where owner = $1")
                .with(owner)
                .update()
                .thenReturn(Done.getInstance());
    }

    /** Deletes an owner's answers under these keys. */
    public static Mono<Done> eraseUnder(Connection connection, String owner, List<String> keyIds) {
        return Query.on(connection, "delete from reply_cache where owner = $1 and key_id = any($2)")
                .with(owner)
                .with(keyIds.toArray(String[]::new))
                .update()
                .thenReturn(Done.getInstance());
    }
}
