package io.vibee.persistence.read;

import io.r2dbc.spi.Connection;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.Query;
import io.vibee.journal.projection.ProjectionControl;
import io.vibee.persistence.page.Cursor;
import io.vibee.persistence.page.Page;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The dead letters of all chats. */
public final class ReadDeadLetters {

    private static final String SERVED =
            " from read_dead_letter where build = " + ProjectionControl.serving(ReadChats.PROJECTION);

    private static final String SAVE = """
            insert into read_dead_letter
              (build, chat_id, id, owner, session_id, message_id, draft_id, cause, tries, failed_at)
            select $1, chat_id, id, owner, session_id, message_id, draft_id, cause, tries, failed_at::timestamptz
              from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::int[],
                          $10::text[])
                   as d(chat_id, id, owner, session_id, message_id, draft_id, cause, tries, failed_at)
            on conflict (build, chat_id, id) do nothing""";

    private static final String PAGE = "select " + DeadLetterRow.COLUMNS + SERVED + " " + """
            and owner = $1 and ($2::text is null or session_id = $2)
            and ($3::timestamptz is null or (failed_at, chat_id, id) < ($3, $4, $5))
            order by failed_at desc, chat_id desc, id desc limit $6""";

    private static final String CHATS = "select distinct chat_id" + SERVED
            + " and owner = $1 and session_id = $2 and chat_id > $3 order by chat_id limit $4";

    private static final String OLDEST = "select failed_at" + SERVED + " order by failed_at limit 1";

    private final Database database;

    public ReadDeadLetters(Database database) {
        this.database = database;
    }

    /**
     * An owner's dead letters, the newest first. With a session's id, only the dead letters of that session.
     *
     * @param cursor of the page before, or null; a cursor of another list is an {@link IllegalArgumentException}
     */
    public CompletionStage<Page<DeadLetterRow>> page(
            String owner, @Nullable String sessionId, @Nullable String cursor, int limit) {
        Page.checkLimit(limit);
        Cursor before = cursor == null ? null : Cursor.parse(cursor, 3);
        Instant failedAt = before == null ? null : before.instant(0);
        return database.withConnection(connection -> Query.on(connection, PAGE)
                        .with(owner)
                        .with(sessionId, String.class)
                        .with(failedAt, Instant.class)
                        .with(before == null ? "" : before.text(1))
                        .with(before == null ? "" : before.text(2))
                        .with(limit + 1)
                        .list(DeadLetterRow::read))
                .map(found -> Page.of(
                        found,
                        limit,
                        last -> Cursor.at(last.failedAt(), last.chatId(), last.id())
                                .encoded()))
                .toFuture();
    }

    /**
     * The ids of the chats that have dead letters in an owner's session, sorted, behind {@code after}, which may be {@code ""}.
     */
    public CompletionStage<List<String>> chats(String owner, String sessionId, String after, int limit) {
        return database.withConnection(connection -> Query.on(connection, CHATS)
                        .with(owner)
                        .with(sessionId)
                        .with(after)
                        .with(limit)
                        .list(row -> Column.text(row, "chat_id")))
                .toFuture();
    }

    /** The time at which the oldest dead letter of all users failed; empty when there is none. */
    public CompletionStage<Optional<Instant>> oldest() {
        return database.withConnection(
                        connection -> Query.on(connection, OLDEST).one(row -> Column.instant(row, "failed_at")))
                .toFuture();
    }

    /** Writes what a batch of events does to dead letters. */
    static Mono<Done> write(Connection connection, int build, WaitingChanges<DeadLetterRow> changes) {
        return WaitingRows.take(connection, "read_dead_letter", build, changes)
                .then(save(connection, build, changes.added()));
    }

    private static Mono<Done> save(Connection connection, int build, Collection<DeadLetterRow> rows) {
        return rows.isEmpty()
                ? Mono.just(Done.getInstance())
                : Query.on(connection, SAVE)
                        .with(build)
                        .with(texts(rows, DeadLetterRow::chatId))
                        .with(texts(rows, DeadLetterRow::id))
                        .with(texts(rows, DeadLetterRow::owner))
                        .with(texts(rows, DeadLetterRow::sessionId))
                        .with(texts(rows, DeadLetterRow::messageId))
                        .with(texts(rows, DeadLetterRow::draftId))
                        .with(texts(rows, DeadLetterRow::cause))
                        .with(rows.stream().map(DeadLetterRow::tries).toArray(Integer[]::new))
                        .with(texts(rows, row -> row.failedAt().toString()))
                        .update()
                        .thenReturn(Done.getInstance());
    }

    private static <T> String[] texts(Collection<T> rows, Function<T, @Nullable String> column) {
        return rows.stream().map(column).toArray(String[]::new);
    }
}
