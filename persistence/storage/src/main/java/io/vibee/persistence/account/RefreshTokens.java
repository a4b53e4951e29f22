package io.vibee.persistence.account;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.Query;
import io.vibee.persistence.account.Rotation.Reused;
import io.vibee.persistence.account.Rotation.Rotated;
import io.vibee.persistence.account.Rotation.Unknown;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Keeps refresh tokens, only as hashes. A token is good for one exchange. A second exchange ends its family, which is all
 * tokens that descend from one sign-in. Changes of one user's tokens happen one after the other, so two exchanges at once can't
 * both succeed.
 */
public final class RefreshTokens {

    private final Database database;

    public RefreshTokens(Database database) {
        this.database = database;
    }

    private record Token(
            String userId,
            String family,
            boolean used,
            boolean expired,
            @Nullable String signedInFrom) {

        static Token read(Readable row) {
            return new Token(
                    Column.text(row, "user_id"),
                    Column.text(row, "family"),
                    Column.flag(row, "used"),
                    Column.flag(row, "expired"),
                    row.get("signed_in_from", String.class));
        }
    }

    /** The family that was ended, and its user. */
    public record Ended(String userId, String family) {}

    /** Stores the first token of a sign-in from an unknown place. */
    public CompletionStage<Done> issue(String userId, String family, byte[] tokenHash, Instant expiresAt) {
        return issue(userId, family, tokenHash, expiresAt, null);
    }

    /**
     * Stores the first token of a sign-in.
     *
     * @param signedInFrom a keyed hash of the place; the whole family keeps it
     */
    public CompletionStage<Done> issue(
            String userId, String family, byte[] tokenHash, Instant expiresAt, @Nullable String signedInFrom) {
        return database.withConnection(
                        connection -> insert(connection, userId, family, tokenHash, expiresAt, signedInFrom))
                .thenReturn(Done.getInstance())
                .toFuture();
    }

    /** Exchanges a token for the next one of its family. */
    public CompletionStage<Rotation> rotate(byte[] oldHash, byte[] newHash, Instant newExpiresAt) {
        return database.<Rotation>inTransaction(connection -> locked(connection, oldHash)
                        .flatMap(
                                found -> found.map(token -> exchange(connection, token, oldHash, newHash, newExpiresAt))
                                        .orElseGet(() -> Mono.just(new Unknown()))))
                .toFuture();
    }

    /** Ends the token's whole family, for a sign-out, and gives the family and its user. An unknown token is no failure. */
    public CompletionStage<Optional<Ended>> end(byte[] tokenHash) {
        return database.inTransaction(connection -> locked(connection, tokenHash)
                        .flatMap(found -> found.map(token -> endFamily(connection, token.family())
                                        .thenReturn(Optional.of(new Ended(token.userId(), token.family()))))
                                .orElseGet(() -> Mono.just(Optional.empty()))))
                .toFuture();
    }

    /** Whether a family has a token that is neither ended nor expired. */
    public CompletionStage<Boolean> isLive(String userId, String family) {
        return database.withConnection(connection ->
                        Query.on(connection, """
                        select exists (select 1 from refresh_token
                                        where family = $1 and user_id = $2 and expires_at > now()) as live""").with(family).with(userId).one(row -> Column.flag(row, "live")))
                .map(found -> found.orElse(false))
                .toFuture();
    }

    /** Deletes expired tokens; gives their number. */
    public CompletionStage<Long> deleteExpired() {
        return database.withConnection(
                        connection -> Query.on(connection, "delete from refresh_token where expires_at <= now()")
                                .update())
                .toFuture();
    }

    private static Mono<Rotation> exchange(
            Connection connection, Token token, byte[] oldHash, byte[] newHash, Instant newExpiresAt) {
        if (token.used()) {
            return endFamily(connection, token.family()).thenReturn(new Reused(token.userId(), token.family()));
        }
        if (token.expired()) {
            return Mono.just(new Unknown());
        }
        return Query.on(connection, "update refresh_token set used_at = now() where token_hash = $1")
                .with(oldHash)
                .update()
                .then(Mono.defer(() -> insert(
                        connection, token.userId(), token.family(), newHash, newExpiresAt, token.signedInFrom())))
                .thenReturn(new Rotated(token.userId(), token.family()));
    }

    /** The token, read when nobody else can change tokens of this user. */
    private static Mono<Optional<Token>> locked(Connection connection, byte[] hash) {
        // The user's row is locked, not the token. Otherwise a successor that is stored meanwhile would escape the end
        // of the
        // family.
        return Query.on(connection, """
                        select id from app_user where id = (select user_id from refresh_token where token_hash = $1)
                        for no key update""")
                .with(hash)
                .one(row -> Column.text(row, "id"))
                .then(Mono.defer(() -> Query.on(connection, """
                                select user_id, family, used_at is not null as used, expires_at <= now() as expired,
                                       signed_in_from
                                  from refresh_token where token_hash = $1""").with(hash).one(Token::read)));
    }

    private static Mono<Long> insert(
            Connection connection,
            String userId,
            String family,
            byte[] hash,
            Instant expiresAt,
            @Nullable String signedInFrom) {
        return Query.on(
                        connection,
                        "insert into refresh_token (token_hash, family, user_id, expires_at, signed_in_from)"
                                + " values ($1, $2, $3, $4, $5)")
                .with(hash)
                .with(family)
                .with(userId)
                .with(expiresAt)
                .with(signedInFrom, String.class)
                .update();
    }

    private static Mono<Long> endFamily(Connection connection, String family) {
        return Query.on(connection, "delete from refresh_token where family = $1")
                .with(family)
                .update();
    }
}
