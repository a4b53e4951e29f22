package io.vibee.persistence.telegram;

import io.r2dbc.spi.Readable;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.Query;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import reactor.core.publisher.Mono;

/** What is kept of owners' own chats with the operator's bot: which drafts they were shown, and for which one they write other words. */
public final class Desk {

    /** A draft of a chat. */
    public record DraftId(String chatId, String draftId) {
        static DraftId read(Readable row) {
            return new DraftId(Column.text(row, "chat_id"), Column.text(row, "draft_id"));
        }
    }

    private final Database database;

    public Desk(Database database) {
        this.database = database;
    }

    /** The next message of this person is other words for a draft, for so long. */
    public CompletionStage<Done> beginEdit(long telegramUserId, String owner, DraftId draft, Duration within) {
        return database.withConnection(connection -> Query.on(connection, """
                        insert into desk_edit (telegram_user_id, owner, chat_id, draft_id, expires_at)
                        values ($1, $2, $3, $4, now() + make_interval(secs => $5))
                        on conflict (telegram_user_id) do update
                          set owner = excluded.owner, chat_id = excluded.chat_id, draft_id = excluded.draft_id,
                              expires_at = excluded.expires_at""")
                        .with(telegramUserId)
                        .with(owner)
                        .with(draft.chatId())
                        .with(draft.draftId())
                        .with((double) within.toSeconds())
                        .update())
                .thenReturn(Done.getInstance())
                .toFuture();
    }

    /** The draft for which this person writes other words; empty when there is none, or it took too long. */
    public CompletionStage<Optional<DraftId>> editing(long telegramUserId, String owner) {
        return database.withConnection(connection -> Query.on(connection, """
                        select chat_id, draft_id from desk_edit
                         where telegram_user_id = $1 and owner = $2 and expires_at > now()""")
                        .with(telegramUserId)
                        .with(owner)
                        .one(DraftId::read))
                .toFuture();
    }

    public CompletionStage<Done> endEdit(long telegramUserId) {
        return database.withConnection(
                        connection -> Query.on(connection, "delete from desk_edit where telegram_user_id = $1")
                                .with(telegramUserId)
                                .update())
                .thenReturn(Done.getInstance())
                .toFuture();
    }

    /** Takes it on to show a draft; false when that was done, or somebody does since less than half a minute. */
    public CompletionStage<Boolean> takeCard(String owner, DraftId draft) {
        return database.withConnection(connection -> Query.on(connection, """
                        insert into draft_card as c (chat_id, draft_id, owner) values ($1, $2, $3)
                        on conflict (chat_id, draft_id) do update set created_at = now()
                          where c.telegram_message_id is null and c.created_at < now() - interval '30 seconds'""")
                        .with(draft.chatId())
                        .with(draft.draftId())
                        .with(owner)
                        .update())
                .map(rows -> rows > 0)
                .toFuture();
    }

    /** The message that shows a draft. */
    public CompletionStage<Optional<Long>> card(DraftId draft) {
        return database.withConnection(connection -> Query.on(connection, """
                        select telegram_message_id from draft_card
                         where chat_id = $1 and draft_id = $2 and telegram_message_id > 0""")
                        .with(draft.chatId())
                        .with(draft.draftId())
                        .one(row -> Column.number(row, "telegram_message_id")))
                .toFuture();
    }

    /** Telegram takes nothing for the owner: nobody tries again. */
    public CompletionStage<Done> giveCardUp(DraftId draft) {
        return showedCard(draft, 0);
    }

    /** Forgets drafts that were shown longer ago than any can wait, and edits whose time is over. */
    public CompletionStage<Done> forgetOld() {
        return database.inTransaction(connection -> Query.on(
                                connection, "delete from draft_card where created_at < now() - interval '8 days'")
                        .update()
                        .then(Mono.defer(() -> Query.on(connection, "delete from desk_edit where expires_at < now()")
                                .update())))
                .thenReturn(Done.getInstance())
                .toFuture();
    }

    /** Nothing is left to decide on a card: another one of its id may be shown. */
    public CompletionStage<Done> forgetCard(DraftId draft) {
        return database.withConnection(connection -> Query.on(
                                connection, "delete from draft_card where chat_id = $1 and draft_id = $2")
                        .with(draft.chatId())
                        .with(draft.draftId())
                        .update())
                .thenReturn(Done.getInstance())
                .toFuture();
    }

    /** The draft was shown. */
    public CompletionStage<Done> showedCard(DraftId draft, long telegramMessageId) {
        return database.withConnection(connection -> Query.on(connection, """
                        update draft_card set telegram_message_id = $3 where chat_id = $1 and draft_id = $2""")
                        .with(draft.chatId())
                        .with(draft.draftId())
                        .with(telegramMessageId)
                        .update())
                .thenReturn(Done.getInstance())
                .toFuture();
    }
}
