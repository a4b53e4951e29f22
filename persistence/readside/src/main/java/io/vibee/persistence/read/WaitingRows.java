package io.vibee.persistence.read;

import io.r2dbc.spi.Connection;
import io.vibee.journal.database.Query;
import io.vibee.persistence.read.ReadMessages.MessageId;
import java.util.Collection;
import java.util.function.Function;
import org.apache.pekko.Done;
import reactor.core.publisher.Mono;

/** Takes rows out of a table of what waits for its owner in chats. Such a table has a key of build, chat_id and id. */
final class WaitingRows {

    private WaitingRows() {}

    /** Takes what is settled, and all of chats that were emptied. */
    static Mono<Done> take(Connection connection, String table, int build, WaitingChanges<?> changes) {
        return empty(connection, table, build, changes.emptied())
                .then(settle(connection, table, build, changes.settled()));
    }

    private static Mono<Done> empty(Connection connection, String table, int build, Collection<String> chatIds) {
        return chatIds.isEmpty()
                ? Mono.just(Done.getInstance())
                : Query.on(connection, "delete from " + table + " where build = $1 and chat_id = any($2)")
                        .with(build)
                        .with(chatIds.toArray(String[]::new))
                        .update()
                        .thenReturn(Done.getInstance());
    }

    private static Mono<Done> settle(Connection connection, String table, int build, Collection<MessageId> ids) {
        return ids.isEmpty()
                ? Mono.just(Done.getInstance())
                : Query.on(connection, """
                                delete from %s d using unnest($2::text[], $3::text[]) as s(chat_id, id)
                                 where d.build = $1 and d.chat_id = s.chat_id and d.id = s.id""".formatted(table))
                        .with(build)
                        .with(texts(ids, MessageId::chatId))
                        .with(texts(ids, MessageId::id))
                        .update()
                        .thenReturn(Done.getInstance());
    }

    private static String[] texts(Collection<MessageId> ids, Function<MessageId, String> column) {
        return ids.stream().map(column).toArray(String[]::new);
    }
}
