package io.vibee.persistence.account;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.Query;
import io.vibee.protocol.chat.ChatMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import reactor.core.publisher.Mono;

/** The one-time codes of links to the operator's bot, only as hashes. */
public final class TelegramLinks {

    /** Codes of a user that are good at the same time; the oldest goes for a new one. */
    private static final int MOST = 5;

    private final Database database;

    public TelegramLinks(Database database) {
        this.database = database;
    }

    /** What a code is good for. */
    public record Link(String userId, ChatMode defaultMode) {}

    /** Keeps a new code; gives until when it is good. */
    public CompletionStage<Instant> issue(byte[] codeHash, Link link, Duration life) {
        return database.inTransaction(connection -> Query.on(connection, """
                                delete from telegram_link where code_hash in (
                                  select code_hash from telegram_link where user_id = $1 order by expires_at desc offset $2)""")
                        .with(link.userId())
                        .with(MOST - 1)
                        .update()
                        .then(Mono.defer(() -> Query.on(connection, """
                                insert into telegram_link (code_hash, user_id, default_mode, expires_at)
                                values ($1, $2, $3, now() + make_interval(secs => $4)) returning expires_at""")
                                .with(codeHash)
                                .with(link.userId())
                                .with(link.defaultMode().name().toLowerCase(Locale.ROOT))
                                .with((double) life.toSeconds())
                                .one(row -> Column.instant(row, "expires_at"))))
                        .map(Optional::orElseThrow))
                .toFuture();
    }

    /** What became of a code that somebody showed. */
    public sealed interface Binding {

        /** The Telegram account is the user's now. */
        record Bound(Link link) implements Binding {}

        /** The Telegram account is another user's; the code stays good. */
        record Taken() implements Binding {}

        /** There is no such code: it never was, was used, or its time is over. */
        record NoCode() implements Binding {}
    }

    /** Takes a code, once and in time, and gives its user the Telegram account that showed it: both or nothing. */
    public CompletionStage<Binding> bind(byte[] codeHash, Users.TelegramAccount account) {
        return database.inTransaction(connection -> Query.on(connection, """
                                select user_id, default_mode from telegram_link
                                 where code_hash = $1 and expires_at > now() for update""")
                        .with(codeHash)
                        .one(row -> new Link(
                                Column.text(row, "user_id"),
                                ChatMode.valueOf(
                                        Column.text(row, "default_mode").toUpperCase(Locale.ROOT))))
                        .flatMap(found -> found.map(link -> bind(connection, codeHash, link, account))
                                .orElseGet(() -> Mono.just(new Binding.NoCode()))))
                // Two users at once: the index lets one of them.
                .onErrorReturn(R2dbcDataIntegrityViolationException.class, new Binding.Taken())
                .toFuture();
    }

    private static Mono<Binding> bind(
            Connection connection, byte[] codeHash, Link link, Users.TelegramAccount account) {
        return Users.verify(connection, link.userId(), account)
                .flatMap(mine -> mine
                        ? Query.on(connection, "delete from telegram_link where code_hash = $1")
                                .with(codeHash)
                                .update()
                                .thenReturn(new Binding.Bound(link))
                        : Mono.just(new Binding.Taken()));
    }

    public CompletionStage<Done> deleteExpired() {
        return database.withConnection(
                        connection -> Query.on(connection, "delete from telegram_link where expires_at < now()")
                                .update())
                .thenReturn(Done.getInstance())
                .toFuture();
    }
}
