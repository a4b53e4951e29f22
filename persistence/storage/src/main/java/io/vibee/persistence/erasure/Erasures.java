package io.vibee.persistence.erasure;

import io.r2dbc.spi.Connection;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.Query;
import io.vibee.persistence.cache.CachedReplies;
import io.vibee.persistence.keys.KeyStore;
import io.vibee.persistence.page.Page;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import reactor.core.publisher.Mono;

/**
 * Erases a chat or a user. One transaction erases the keys and every row that holds in the clear what these keys encrypt. Code
 * that keeps such rows removes them here or as {@link ClearRows}, and nowhere else. The journal stays: it says what happened
 * and when, but nobody can read its texts any more. Repeating an erasure is harmless.
 */
public final class Erasures {

    private final Database database;
    private final KeyStore keys;
    private final ClearRows clearRows;

    /**
     * Erases with these keys.
     *
     * @param clearRows the rows of other modules
     */
    public Erasures(Database database, KeyStore keys, ClearRows clearRows) {
        this.database = database;
        this.keys = keys;
        this.clearRows = clearRows;
    }

    /** Makes a chat unreadable. When somebody writes to it again, it starts anew under another key. */
    public CompletionStage<Done> chat(String owner, String chatId) {
        return database.inTransaction(connection -> keys.erase(connection, owner, "chat:" + chatId)
                        .flatMap(keyIds -> clearRows
                                .eraseChat(connection, owner, chatId)
                                .then(CachedReplies.eraseUnder(connection, owner, keyIds))
                                .thenReturn(keyIds)))
                .doOnNext(keyIds -> keys.forget(owner, keyIds))
                .thenReturn(Done.getInstance())
                .toFuture();
    }

    /**
     * Makes everything of a user unreadable, ends the user's tokens and frees the name. The rest of the row says that the
     * user's entities don't know yet: see {@link #begun} and {@link #end}.
     */
    public CompletionStage<Done> beginUser(String id) {
        return database.inTransaction(connection -> markUser(connection, id)
                        .then(keys.eraseUser(connection, id))
                        .flatMap(erased -> clearRows
                                .eraseOwner(connection, id)
                                .then(CachedReplies.eraseOwner(connection, id))
                                .thenReturn(erased)))
                .doOnNext(erased -> keys.forget(id))
                .toFuture();
    }

    /** Users whose erasure has begun and not ended. */
    public CompletionStage<List<String>> begun(int limit) {
        Page.checkLimit(limit);
        return database.withConnection(connection -> Query.on(
                                connection, "select id from app_user where state = 'erasing' order by id limit $1")
                        .with(limit)
                        .list(row -> Column.text(row, "id")))
                .toFuture();
    }

    /** Removes the row of a user whose erasure has begun, and what belongs to it. The user's bots are free again. */
    public CompletionStage<Done> end(String id) {
        return database.withConnection(
                        connection -> Query.on(connection, "delete from app_user where id = $1 and state = 'erasing'")
                                .with(id)
                                .update())
                .thenReturn(Done.getInstance())
                .toFuture();
    }

    /** The colon keeps the new name apart from all usernames, which have none. */
    private static Mono<Long> markUser(Connection connection, String id) {
        return Query.on(connection, """
                        update app_user
                           set state = 'erasing', token_version = token_version + 1, username = id,
                               username_key = 'erased:' || id, password_hash = '', telegram_id = null
                         where id = $1 and state <> 'erasing'""")
                .with(id)
                .update()
                .then(Query.on(connection, "delete from refresh_token where user_id = $1")
                        .with(id)
                        .update());
    }
}
