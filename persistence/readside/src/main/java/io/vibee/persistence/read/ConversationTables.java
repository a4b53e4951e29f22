package io.vibee.persistence.read;

import io.r2dbc.spi.Connection;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Query;
import org.apache.pekko.Done;
import reactor.core.publisher.Mono;

/** Erases and discards rows of chats, messages, drafts and dead letters, which go together. */
final class ConversationTables {

    private ConversationTables() {}

    /** Takes the text of a chat away, in every build. Runs in the transaction that erases the chat's key. */
    static Mono<Done> eraseChat(Connection connection, String owner, String chatId) {
        return ofChat(
                        connection,
                        "update read_chat set title = null, erased = true where owner = $1 and chat_id = $2",
                        owner,
                        chatId)
                .then(ofChat(connection, """
                        update read_message set text = null, sender_name = null, erased = true
                         where owner = $1 and chat_id = $2 and not erased""", owner, chatId))
                .then(ofChat(connection, "delete from read_draft where owner = $1 and chat_id = $2", owner, chatId))
                .then(ofChat(
                        connection, "delete from read_dead_letter where owner = $1 and chat_id = $2", owner, chatId))
                .thenReturn(Done.getInstance());
    }

    /** Takes everything of an owner away, in every build. Runs in the transaction that erases the owner's keys. */
    static Mono<Done> eraseOwner(Connection connection, String owner) {
        return lockChats(connection, owner)
                .then(ofOwner(connection, """
                        delete from read_message
                         where owner = $1 and chat_id in (select chat_id from read_chat where owner = $1)""", owner))
                .then(ofOwner(connection, "delete from read_draft where owner = $1", owner))
                .then(ofOwner(connection, "delete from read_dead_letter where owner = $1", owner))
                .then(ofOwner(connection, "delete from read_chat where owner = $1", owner))
                .thenReturn(Done.getInstance());
    }

    /** Deletes at most {@code limit} rows of a build; gives how many. Messages go first, chats last. */
    static Mono<Long> discard(Connection connection, int build, int limit) {
        return discard(connection, "read_message", build, limit)
                .flatMap(messages ->
                        messages > 0 ? Mono.just(messages) : discard(connection, "read_draft", build, limit))
                .flatMap(drafts ->
                        drafts > 0 ? Mono.just(drafts) : discard(connection, "read_dead_letter", build, limit))
                .flatMap(letters -> letters > 0 ? Mono.just(letters) : discard(connection, "read_chat", build, limit));
    }

    /** A projection that writes to one of these chats waits until the transaction ends. */
    private static Mono<Void> lockChats(Connection connection, String owner) {
        return Query.on(connection, "select chat_id from read_chat where owner = $1 order by chat_id for update")
                .with(owner)
                .rows(row -> Column.text(row, "chat_id"))
                .then();
    }

    private static Mono<Long> ofChat(Connection connection, String sql, String owner, String chatId) {
        return Query.on(connection, sql).with(owner).with(chatId).update();
    }

    private static Mono<Long> ofOwner(Connection connection, String sql, String owner) {
        return Query.on(connection, sql).with(owner).update();
    }

    private static Mono<Long> discard(Connection connection, String table, int build, int limit) {
        return Query.on(connection, """
                        delete from %1$s where ctid = any(array(
                          select ctid from %1$s where build = $1 limit $2))""".formatted(table))
                .with(build)
                .with(limit)
                .update();
    }
}
