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
 * Erases a chat or a user: the keys, and in the same transaction every row that shows in the clear what was encrypted under them.
 * Whatever keeps such rows removes them here, or as {@link ClearRows}, and nowhere else. The journal is not touched: it keeps what happened and when, and
 * nothing of it can be read any more. Repeating an erasure is harmless.
 */
public final class Erasures {

    private final Database database;
    private final KeyStore keys;
    private final ClearRows clearRows;

    /**
     * Erases with these keys.
     *
     * @param clearRows that are kept outside this module
     */
    public Erasures(Database database, KeyStore keys, ClearRows clearRows) {
        this.database = database;
        this.keys = keys;
        this.clearRows = clearRows;
    }

    /** Makes a chat unreadable. Should it be written to again, it begins anew under another key. */
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
     * Makes everything of a user unreadable, ends his tokens and frees his name. What is left of his row says that his entities are
     * still to be told: see {@link #begun} and {@link #end}.
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

    /** Users whose erasure was begun and not ended. */
    public CompletionStage<List<String>> begun(int limit) {
        Page.checkLimit(limit);
        return database.withConnection(connection -> Query.on(
                                connection, "select id from app_user where state = 'erasing' order by id limit $1")
                        .with(limit)
                        .list(row -> Column.text(row, "id")))
                .toFuture();
    }

    /** Removes the row of a user whose erasure was begun, and with it what belongs to it; his bots are free again. */
    public CompletionStage<Done> end(String id) {
        return database.withConnection(
                        connection -> Query.on(connection, "delete from app_user where id = $1 and state = 'erasing'")
                                .with(id)
                                .update())
                .thenReturn(Done.getInstance())
                .toFuture();
    }

    /** No username has a colon, so none stands in the way of another. */
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
