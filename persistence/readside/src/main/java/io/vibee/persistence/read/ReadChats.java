package io.vibee.persistence.read;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.Query;
import io.vibee.journal.projection.ProjectionControl;
import io.vibee.persistence.page.Cursor;
import io.vibee.persistence.page.Page;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The chats of all users, in the clear. */
public final class ReadChats {

    /** The projection that builds chats and messages. */
    public static final String PROJECTION = "conversations";

    private static final String SERVING = ProjectionControl.serving(PROJECTION);

    private static final String SAVE = """
            insert into read_chat
              (build, chat_id, owner, session_id, telegram_chat_id, type, title, mode, last_message_at, erased, seq_nr)
            select $1, chat_id, owner, session_id, telegram_chat_id, type, title, mode, last_message_at::timestamptz, erased, seq_nr
              from unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[],
                          $10::boolean[], $11::bigint[])
                   as c(chat_id, owner, session_id, telegram_chat_id, type, title, mode, last_message_at, erased, seq_nr)
            on conflict (build, chat_id) do update
              set telegram_chat_id = excluded.telegram_chat_id, type = excluded.type, title = excluded.title, mode = excluded.mode,
                  last_message_at = excluded.last_message_at, erased = excluded.erased, seq_nr = excluded.seq_nr""";

    private static final String PAGE = """
            select %s, (select count(*) from read_message m
                         where m.build = c.build and m.chat_id = c.chat_id and m.status in ('pending', 'queued')) as waiting
              from read_chat c
             where build = %s and owner = $1 and chat_id > $2 and not erased and ($3::text is null or session_id = $3)
             order by chat_id limit $4""".formatted(ChatRow.COLUMNS, SERVING);

    private final Database database;

    public ReadChats(Database database) {
        this.database = database;
    }

    /**
     * A chat in a list.
     *
     * @param waiting how many messages wait for an answer or to be sent
     */
    public record Listed(ChatRow chat, long waiting) {

        private static Listed read(Readable row) {
            return new Listed(ChatRow.read(row), Column.number(row, "waiting"));
        }
    }

    /**
     * An owner's chats in the order of their ids, without erased ones. With a session's id, only the chats of that session.
     *
     * @param cursor of the page before, or null; a cursor of another list is an {@link IllegalArgumentException}
     */
    public CompletionStage<Page<Listed>> page(
            String owner, @Nullable String sessionId, @Nullable String cursor, int limit) {
        Page.checkLimit(limit);
        String after = cursor == null ? "" : Cursor.parse(cursor, 1).text(0);
        return database.withConnection(connection -> Query.on(connection, PAGE)
                        .with(owner)
                        .with(after)
                        .with(sessionId, String.class)
                        .with(limit + 1)
                        .list(Listed::read))
                .map(found -> Page.of(
                        found, limit, last -> Cursor.at(last.chat().chatId()).encoded()))
                .toFuture();
    }

    /** An owner's chats in which somebody wrote last, the latest first, without erased ones. */
    public CompletionStage<List<ChatRow>> latest(String owner, int limit) {
        Page.checkLimit(limit);
        return database.withConnection(connection -> Query.on(
                                connection,
                                "select " + ChatRow.COLUMNS + " from read_chat where build = " + SERVING
                                        + " and owner = $1 and not erased order by last_message_at desc nulls last, chat_id limit $2")
                        .with(owner)
                        .with(limit)
                        .list(ChatRow::read))
                .toFuture();
    }

    /** The sequence number of the chat's last event in the tables; 0 when the chat has no row. */
    public CompletionStage<Long> seqNr(String chatId) {
        return database.withConnection(connection -> Query.on(
                                connection, "select seq_nr from read_chat where chat_id = $1 and build = " + SERVING)
                        .with(chatId)
                        .one(row -> Column.number(row, "seq_nr")))
                .map(found -> found.orElse(0L))
                .toFuture();
    }

    /**
     * Chats of a build, locked until the transaction ends. Without the lock, a write of these rows or of their messages could
     * undo an erasure that came in between.
     */
    public static Mono<List<ChatRow>> load(Connection connection, int build, Collection<String> chatIds) {
        return Query.on(
                        connection,
                        "select " + ChatRow.COLUMNS
                                + " from read_chat where build = $1 and chat_id = any($2) order by chat_id for update")
                .with(build)
                .with(chatIds.toArray(String[]::new))
                .list(ChatRow::read);
    }

    /** Adds or updates chats. */
    public static Mono<Done> save(Connection connection, int build, Collection<ChatRow> rows) {
        if (rows.isEmpty()) {
            return Mono.just(Done.getInstance());
        }
        return Query.on(connection, SAVE)
                .with(build)
                .with(texts(rows, ChatRow::chatId))
                .with(texts(rows, ChatRow::owner))
                .with(texts(rows, ChatRow::sessionId))
                .with(rows.stream().map(ChatRow::telegramChatId).toArray(Long[]::new))
                .with(texts(rows, row -> row.type().name()))
                .with(texts(rows, ChatRow::title))
                .with(texts(rows, row -> row.mode().name()))
                .with(texts(
                        rows,
                        row -> row.lastMessageAt() == null
                                ? null
                                : row.lastMessageAt().toString()))
                .with(rows.stream().map(ChatRow::erased).toArray(Boolean[]::new))
                .with(rows.stream().map(ChatRow::seqNr).toArray(Long[]::new))
                .update()
                .thenReturn(Done.getInstance());
    }

    /**
     * Those of these keys that are not erased, locked until the transaction ends. Text under any other key must not be written
     * any more.
     */
    public static Mono<List<String>> livingKeys(Connection connection, Collection<String> keyIds) {
        return Query.on(connection, """
                        select id from encryption_key where id = any($1) and erased_at is null
                         order by id for share""").with(keyIds.toArray(String[]::new)).list(row -> Column.text(row, "id"));
    }

    /** Those of these owners who are erased. The keys of the others stay locked until the transaction ends. */
    static Mono<Set<String>> erasedOwners(Connection connection, Collection<String> owners) {
        if (owners.isEmpty()) {
            return Mono.just(Set.of());
        }
        return Query.on(connection, """
                        select owner, erased_at is not null as erased from encryption_key
                         where owner = any($1) and subject = 'user' order by owner for share""")
                .with(owners.toArray(String[]::new))
                .rows(row ->
                        Column.flag(row, "erased") ? Optional.of(Column.text(row, "owner")) : Optional.<String>empty())
                .flatMap(Mono::justOrEmpty)
                .collect(Collectors.toSet());
    }

    private static String[] texts(Collection<ChatRow> rows, Function<ChatRow, @Nullable String> column) {
        return rows.stream().map(column).toArray(String[]::new);
    }
}
