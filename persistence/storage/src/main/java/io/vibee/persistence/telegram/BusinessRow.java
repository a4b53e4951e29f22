package io.vibee.persistence.telegram;

import io.r2dbc.spi.Readable;
import io.vibee.journal.database.Column;
import io.vibee.protocol.session.BusinessLink;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A person's connection to the operator's bot.
 *
 * @param toldAt when Telegram says that this was so
 * @param sessionId null while nobody knows the person, or after the owner removed the session
 * @param owner null while nobody knows the person
 * @param instructed whether a person whom nobody knows was told what to do
 */
public record BusinessRow(
        long botId,
        BusinessLink link,
        Instant toldAt,
        @Nullable String sessionId,
        @Nullable String owner,
        boolean instructed) {

    static final String COLUMNS = """
            bot_id, telegram_user_id, connection_id, user_chat_id, enabled, may_reply, may_read, told_at, session_id, owner,
            instructed""";

    static BusinessRow read(Readable row) {
        return new BusinessRow(
                Column.number(row, "bot_id"),
                new BusinessLink(
                        Column.text(row, "connection_id"),
                        Column.number(row, "telegram_user_id"),
                        Column.number(row, "user_chat_id"),
                        Column.flag(row, "enabled"),
                        Column.flag(row, "may_reply"),
                        Column.flag(row, "may_read")),
                Column.instant(row, "told_at"),
                row.get("session_id", String.class),
                row.get("owner", String.class),
                Column.flag(row, "instructed"));
    }

    /** Whether its owner removed the session here: nothing of it is wanted until the person connects anew. */
    public boolean removed() {
        return owner != null && sessionId == null;
    }
}
