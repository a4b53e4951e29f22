package io.vibee.persistence.read;

import io.r2dbc.spi.Readable;
import io.vibee.journal.database.Column;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatType;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A chat of a session. Every value fits its column.
 *
 * @param title null when the chat has none, or when it can't be read any more
 * @param erased whether the chat's text was erased and nobody has written since
 * @param seqNr of the chat's last event in the tables
 */
public record ChatRow(
        String chatId,
        String owner,
        String sessionId,
        long telegramChatId,
        ChatType type,
        @Nullable String title,
        ChatMode mode,
        @Nullable Instant lastMessageAt,
        boolean erased,
        long seqNr) {

    public ChatRow {
        chatId = Fitting.id(chatId);
        owner = Fitting.id(owner);
        sessionId = Fitting.id(sessionId);
        title = Fitting.textOrNull(title, Fitting.LONGEST_NAME);
        lastMessageAt = lastMessageAt == null ? null : Fitting.time(lastMessageAt);
    }

    static final String COLUMNS =
            "chat_id, owner, session_id, telegram_chat_id, type, title, mode, last_message_at, erased, seq_nr";

    static ChatRow read(Readable row) {
        return new ChatRow(
                Column.text(row, "chat_id"),
                Column.text(row, "owner"),
                Column.text(row, "session_id"),
                Column.number(row, "telegram_chat_id"),
                ChatType.valueOf(Column.text(row, "type")),
                row.get("title", String.class),
                ChatMode.valueOf(Column.text(row, "mode")),
                row.get("last_message_at", Instant.class),
                Column.flag(row, "erased"),
                Column.number(row, "seq_nr"));
    }

    public ChatRow renamed(@Nullable String next) {
        return new ChatRow(chatId, owner, sessionId, telegramChatId, type, next, mode, lastMessageAt, erased, seqNr);
    }

    public ChatRow in(ChatMode next) {
        return new ChatRow(chatId, owner, sessionId, telegramChatId, type, title, next, lastMessageAt, erased, seqNr);
    }

    /** The same as the supergroup that the group became. */
    public ChatRow moved(long next) {
        return new ChatRow(
                chatId, owner, sessionId, next, ChatType.SUPERGROUP, title, mode, lastMessageAt, erased, seqNr);
    }

    /** The same with a message of this time. An older message leaves the time as it is. */
    public ChatRow withMessageAt(Instant at) {
        Instant last = lastMessageAt != null && lastMessageAt.isAfter(at) ? lastMessageAt : at;
        return new ChatRow(chatId, owner, sessionId, telegramChatId, type, title, mode, last, erased, seqNr);
    }

    public ChatRow withoutText() {
        return new ChatRow(chatId, owner, sessionId, telegramChatId, type, null, mode, lastMessageAt, true, seqNr);
    }

    public ChatRow upTo(long next) {
        return new ChatRow(chatId, owner, sessionId, telegramChatId, type, title, mode, lastMessageAt, erased, next);
    }

    @Override
    public String toString() {
        return "ChatRow[" + chatId + ", " + seqNr + "]";
    }
}
