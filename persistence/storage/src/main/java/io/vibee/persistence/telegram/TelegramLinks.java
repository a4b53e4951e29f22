package io.vibee.persistence.telegram;

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

    /** Takes a code: once, and in time. */
    public CompletionStage<Optional<Link>> take(byte[] codeHash) {
        return database.withConnection(connection -> Query.on(
                                connection,
                                "delete from telegram_link where code_hash = $1 returning user_id, default_mode, expires_at > now() as good")
                        .with(codeHash)
                        .one(row -> Column.flag(row, "good")
                                ? Optional.of(new Link(
                                        Column.text(row, "user_id"),
                                        ChatMode.valueOf(
                                                Column.text(row, "default_mode").toUpperCase(Locale.ROOT))))
                                : Optional.<Link>empty()))
                .map(found -> found.flatMap(link -> link))
                .toFuture();
    }

    public CompletionStage<Done> deleteExpired() {
        return database.withConnection(
                        connection -> Query.on(connection, "delete from telegram_link where expires_at < now()")
                                .update())
                .thenReturn(Done.getInstance())
                .toFuture();
    }
}
