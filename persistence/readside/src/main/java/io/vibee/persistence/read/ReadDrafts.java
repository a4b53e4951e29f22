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
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The answers of all chats that wait for their owners' leave. */
public final class ReadDrafts {

    private static final String SERVED =
            " from read_draft where build = " + ProjectionControl.serving(ReadChats.PROJECTION);

    private static final String SAVE = """
            insert into read_draft (build, chat_id, id, owner, session_id, message_id, text, created_at, expires_at)
            select $1, chat_id, id, owner, session_id, message_id, text, created_at::timestamptz, expires_at::timestamptz
              from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
                   as d(chat_id, id, owner, session_id, message_id, text, created_at, expires_at)
            on conflict (build, chat_id, id) do nothing""";

    private static final String PAGE = "select " + WaitingDraft.COLUMNS + SERVED + " " + """
            and owner = $1 and ($2::text is null or session_id = $2) and expires_at > now()
            and ($3::timestamptz is null or (created_at, chat_id, id) < ($3, $4, $5))
            order by created_at desc, chat_id desc, id desc limit $6""";

    private static final String EXPIRED = "select distinct chat_id" + SERVED + " and expires_at <= now() limit $1";

    private static final String UNSEEN = "select " + WaitingDraft.COLUMNS + SERVED + " " + """
            and expires_at > now() and created_at < now() - interval '30 seconds'
            and exists (select 1 from app_user u where u.id = owner and u.telegram_verified)
            and not exists (select 1 from draft_card c where c.chat_id = read_draft.chat_id and c.draft_id = read_draft.id
                              and c.telegram_message_id is not null)
            order by created_at limit $1""";

    /* What waits for a model is among them: whoever asks those chats learns that there is nobody to show. */
    private static final String UNASKED = """
            select chat_id from (
              select distinct m.chat_id from read_message m
               where m.build = %s and m.status in ('pending', 'queued') and m.status = 'pending'
                 and m.created_at > now() - interval '1 day' and m.created_at < now() - interval '30 seconds'
                 and exists (select 1 from app_user u where u.id = m.owner and u.telegram_verified)
                 and not exists (select 1 from draft_card c where c.chat_id = m.chat_id and c.draft_id = $1
                                   and c.telegram_message_id is not null)) waiting
             order by random() limit $2""".formatted(ProjectionControl.serving(ReadChats.PROJECTION));

    private final Database database;

    public ReadDrafts(Database database) {
        this.database = database;
    }

    /**
     * What waits for an owner's leave and can still be approved, the newest first. With a session's id, only what is of that session.
     *
     * @param cursor of the page before, or null; a cursor of another list is an {@link IllegalArgumentException}
     */
    public CompletionStage<Page<WaitingDraft>> page(
            String owner, @Nullable String sessionId, @Nullable String cursor, int limit) {
        Page.checkLimit(limit);
        Cursor before = cursor == null ? null : Cursor.parse(cursor, 3);
        Instant createdAt = before == null ? null : before.instant(0);
        return database.withConnection(connection -> Query.on(connection, PAGE)
                        .with(owner)
                        .with(sessionId, String.class)
                        .with(createdAt, Instant.class)
                        .with(before == null ? "" : before.text(1))
                        .with(before == null ? "" : before.text(2))
                        .with(limit + 1)
                        .list(WaitingDraft::read))
                .map(found -> Page.of(
                        found,
                        limit,
                        last -> Cursor.at(
                                        last.draft().createdAt(),
                                        last.draft().chatId(),
                                        last.draft().id())
                                .encoded()))
                .toFuture();
    }

    /**
     * What waits for longer than half a minute, can still be approved, and was not shown to its owner, though the owner has a Telegram
     * account. The oldest first.
     */
    public CompletionStage<List<WaitingDraft>> unseen(int limit) {
        return database.withConnection(
                        connection -> Query.on(connection, UNSEEN).with(limit).list(WaitingDraft::read))
                .toFuture();
    }

    /**
     * Chats, at most {@code limit}, in which a message has waited for longer than half a minute, and for less than a day, though a card of
     * this id was not shown to an owner who has a Telegram account.
     */
    public CompletionStage<List<String>> unasked(String cardId, int limit) {
        return database.withConnection(connection ->
                        Query.on(connection, UNASKED).with(cardId).with(limit).list(row -> Column.text(row, "chat_id")))
                .toFuture();
    }

    /** Chats, at most {@code limit}, in which a draft's time is over. */
    public CompletionStage<List<String>> expired(int limit) {
        return database.withConnection(connection ->
                        Query.on(connection, EXPIRED).with(limit).list(row -> Column.text(row, "chat_id")))
                .toFuture();
    }

    /** Writes what a batch of events does to drafts. */
    static Mono<Done> write(Connection connection, int build, WaitingChanges<DraftRow> changes) {
        return WaitingRows.take(connection, "read_draft", build, changes)
                .then(save(connection, build, changes.added()));
    }

    private static Mono<Done> save(Connection connection, int build, Collection<DraftRow> rows) {
        return rows.isEmpty()
                ? Mono.just(Done.getInstance())
                : Query.on(connection, SAVE)
                        .with(build)
                        .with(texts(rows, DraftRow::chatId))
                        .with(texts(rows, DraftRow::id))
                        .with(texts(rows, DraftRow::owner))
                        .with(texts(rows, DraftRow::sessionId))
                        .with(texts(rows, DraftRow::messageId))
                        .with(texts(rows, DraftRow::text))
                        .with(texts(rows, row -> row.createdAt().toString()))
                        .with(texts(rows, row -> row.expiresAt().toString()))
                        .update()
                        .thenReturn(Done.getInstance());
    }

    private static String[] texts(Collection<DraftRow> rows, Function<DraftRow, String> column) {
        return rows.stream().map(column).toArray(String[]::new);
    }
}
