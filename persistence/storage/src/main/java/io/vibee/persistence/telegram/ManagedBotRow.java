package io.vibee.persistence.telegram;

import io.r2dbc.spi.Readable;
import io.vibee.journal.database.Column;
import io.vibee.protocol.chat.ChatMode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A bot that a person made through the operator's bot.
 *
 * @param telegramUserId whose it is
 * @param defaultMode of new chats, once it is connected
 * @param owner the same person as a user; null while nobody knows the person
 * @param told whether a person whom nobody knew was told what to do
 * @param connected whether it became a session
 * @param removed whether it did, and its owner removed that session
 */
public record ManagedBotRow(
        long botId,
        long telegramUserId,
        String username,
        ChatMode defaultMode,
        @Nullable String owner,
        boolean told,
        boolean connected,
        boolean removed) {

    private static final String IN_SESSION =
            "exists (select 1 from telegram_session s where s.bot_id = m.bot_id and s.kind = 'bot')";

    /** Of the table as {@code m}. */
    static final String COLUMNS = """
            m.bot_id, m.telegram_user_id, m.username, m.default_mode, m.owner, m.told_at is not null as told,
            m.connected_at is not null as connected, m.connected_at is not null and not\s""" + IN_SESSION + " as removed";

    static ManagedBotRow read(Readable row) {
        return new ManagedBotRow(
                Column.number(row, "bot_id"),
                Column.number(row, "telegram_user_id"),
                Column.text(row, "username"),
                ChatMode.valueOf(Column.text(row, "default_mode").toUpperCase(Locale.ROOT)),
                row.get("owner", String.class),
                Column.flag(row, "told"),
                Column.flag(row, "connected"),
                Column.flag(row, "removed"));
    }
}
