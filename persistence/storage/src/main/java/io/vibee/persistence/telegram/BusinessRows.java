package io.vibee.persistence.telegram;

import io.vibee.journal.database.Database;
import io.vibee.journal.database.Query;
import io.vibee.protocol.session.BusinessLink;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/** The table of people who connected the operator's bot to their profile: one row for each person and bot. */
public final class BusinessRows {

    private final Database database;

    public BusinessRows(Database database) {
        this.database = database;
    }

    /** The row of a connection's newest id. */
    public CompletionStage<Optional<BusinessRow>> find(long botId, String connectionId) {
        return database.withConnection(connection -> Query.on(
                                connection,
                                "select " + BusinessRow.COLUMNS
                                        + " from business_connection where bot_id = $1 and connection_id = $2")
                        .with(botId)
                        .with(connectionId)
                        .one(BusinessRow::read))
                .toFuture();
    }

    public CompletionStage<Optional<BusinessRow>> ofPerson(long botId, long telegramUserId) {
        return database.withConnection(connection -> Query.on(
                                connection,
                                "select " + BusinessRow.COLUMNS
                                        + " from business_connection where bot_id = $1 and telegram_user_id = $2")
                        .with(botId)
                        .with(telegramUserId)
                        .one(BusinessRow::read))
                .toFuture();
    }

    /**
     * Keeps what Telegram says of a connection, unless something newer is known; gives what is known now. Whose it is stays, but a
     * session that its owner removed comes back to nobody when the person connects anew, under another id or after an end.
     */
    public CompletionStage<BusinessRow> told(long botId, BusinessLink link, Instant at) {
        return database.withConnection(connection -> Query.on(connection, """
                        insert into business_connection as b
                          (bot_id, telegram_user_id, connection_id, user_chat_id, enabled, may_reply, may_read, told_at)
                        values ($1, $2, $3, $4, $5, $6, $7, $8)
                        on conflict (bot_id, telegram_user_id) do update
                          set connection_id = excluded.connection_id, user_chat_id = excluded.user_chat_id,
                              enabled = excluded.enabled, may_reply = excluded.may_reply, may_read = excluded.may_read,
                              told_at = excluded.told_at,
                              owner = case when b.session_id is null and excluded.enabled
                                                and (b.connection_id <> excluded.connection_id or not b.enabled)
                                           then null else b.owner end
                          where b.told_at <= excluded.told_at
                        returning\s""" + BusinessRow.COLUMNS)
                        .with(botId)
                        .with(link.telegramUserId())
                        .with(link.connectionId())
                        .with(link.userChatId())
                        .with(link.enabled())
                        .with(link.mayReply())
                        .with(link.mayRead())
                        .with(at)
                        .one(BusinessRow::read))
                .toFuture()
                .thenCompose(kept -> kept.map(CompletableFuture::completedStage)
                        .orElseGet(() -> ofPerson(botId, link.telegramUserId())
                                .thenApply(newer -> newer.orElseThrow(
                                        () -> new IllegalStateException("a connection went away while it was kept")))));
    }

    /** Gives a connection to its owner's session. */
    public CompletionStage<Done> give(long botId, long telegramUserId, String owner, String sessionId) {
        return database.withConnection(connection -> Query.on(connection, """
                        update business_connection set owner = $3, session_id = $4
                         where bot_id = $1 and telegram_user_id = $2""")
                        .with(botId)
                        .with(telegramUserId)
                        .with(owner)
                        .with(sessionId)
                        .update())
                .thenReturn(Done.getInstance())
                .toFuture();
    }

    /** Notes that the person is told what to do; true the first time. */
    public CompletionStage<Boolean> instruct(long botId, long telegramUserId) {
        return database.withConnection(connection -> Query.on(connection, """
                        update business_connection set instructed = true
                         where bot_id = $1 and telegram_user_id = $2 and not instructed""")
                        .with(botId)
                        .with(telegramUserId)
                        .update())
                .map(rows -> rows > 0)
                .toFuture();
    }
}
