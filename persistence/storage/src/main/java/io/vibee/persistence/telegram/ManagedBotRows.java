package io.vibee.persistence.telegram;

import io.vibee.journal.database.Database;
import io.vibee.journal.database.Query;
import io.vibee.protocol.chat.ChatMode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import reactor.core.publisher.Mono;

/** The table of bots that people made through the operator's bot. A change counts only while the bot is still the same person's. */
public final class ManagedBotRows {

    /** More than Telegram lets a person have. */
    private static final int MOST_OF_A_PERSON = 100;

    private final Database database;

    public ManagedBotRows(Database database) {
        this.database = database;
    }

    /**
     * Keeps what Telegram says of a bot; gives what is known now. For another person than before, or through another manager, it is a new
     * one.
     *
     * @param defaultMode of the new chats of a new one
     */
    public CompletionStage<ManagedBotRow> told(
            long managerBotId, long telegramUserId, long botId, String username, ChatMode defaultMode) {
        return database.inTransaction(connection -> Query.on(connection, """
                                delete from managed_bot
                                 where bot_id = $1 and (manager_bot_id <> $2 or telegram_user_id <> $3)""")
                        .with(botId)
                        .with(managerBotId)
                        .with(telegramUserId)
                        .update()
                        .then(Mono.defer(() -> Query.on(connection, """
                                insert into managed_bot as m
                                  (bot_id, manager_bot_id, telegram_user_id, username, default_mode)
                                values ($1, $2, $3, $4, $5)
                                on conflict (bot_id) do update set username = excluded.username
                                returning\s""" + ManagedBotRow.COLUMNS)
                                .with(botId)
                                .with(managerBotId)
                                .with(telegramUserId)
                                .with(username)
                                .with(defaultMode.name().toLowerCase(Locale.ROOT))
                                .one(ManagedBotRow::read))))
                .toFuture()
                .thenApply(row ->
                        row.orElseThrow(() -> new IllegalStateException("a bot was not kept that somebody made")));
    }

    /** A person's bots that are no sessions yet. */
    public CompletionStage<List<ManagedBotRow>> waiting(long managerBotId, long telegramUserId) {
        return database.withConnection(connection -> Query.on(connection, "select " + ManagedBotRow.COLUMNS + """
                         from managed_bot m
                         where m.manager_bot_id = $1 and m.telegram_user_id = $2 and m.connected_at is null
                        order by m.bot_id limit $3""")
                        .with(managerBotId)
                        .with(telegramUserId)
                        .with(MOST_OF_A_PERSON)
                        .list(ManagedBotRow::read))
                .toFuture();
    }

    /** The bot of a user's session, if the user made it through this manager. */
    public CompletionStage<Optional<ManagedBotRow>> ofSession(long managerBotId, String owner, String sessionId) {
        return database.withConnection(connection -> Query.on(
                                connection,
                                "select " + ManagedBotRow.COLUMNS
                                        + " from managed_bot m join telegram_session t"
                                        + " on t.bot_id = m.bot_id and t.kind = 'bot' and t.owner = m.owner"
                                        + " where m.manager_bot_id = $1 and m.owner = $2 and t.id = $3")
                        .with(managerBotId)
                        .with(owner)
                        .with(sessionId)
                        .one(ManagedBotRow::read))
                .toFuture();
    }

    /** The person is this user. */
    public CompletionStage<Done> give(ManagedBotRow row, String owner) {
        return database.withConnection(connection -> Query.on(
                                connection,
                                "update managed_bot set owner = $3 where bot_id = $1 and telegram_user_id = $2")
                        .with(row.botId())
                        .with(row.telegramUserId())
                        .with(owner)
                        .update())
                .thenReturn(Done.getInstance())
                .toFuture();
    }

    /** The person, whom nobody knows, was told what to do. */
    public CompletionStage<Done> told(ManagedBotRow row) {
        return note(row, "told_at");
    }

    /** It is a session now. */
    public CompletionStage<Done> connected(ManagedBotRow row) {
        return note(row, "connected_at");
    }

    private CompletionStage<Done> note(ManagedBotRow row, String moment) {
        return database.withConnection(connection -> Query.on(
                                connection,
                                "update managed_bot set " + moment
                                        + " = now() where bot_id = $1 and telegram_user_id = $2")
                        .with(row.botId())
                        .with(row.telegramUserId())
                        .update())
                .thenReturn(Done.getInstance())
                .toFuture();
    }
}
