package io.vibee.persistence.read;

import io.r2dbc.spi.Readable;
import io.vibee.journal.database.Column;
import java.time.Instant;

/**
 * An answer that waits for its owner's leave. Every value fits its column.
 *
 * @param id unique within the chat
 * @param messageId the message that it answers
 * @param text all of it, in the clear
 * @param expiresAt from when on it can't be approved any more
 */
public record DraftRow(
        String chatId,
        String id,
        String owner,
        String sessionId,
        String messageId,
        String text,
        Instant createdAt,
        Instant expiresAt) {

    public DraftRow {
        chatId = Fitting.id(chatId);
        id = Fitting.id(id);
        owner = Fitting.id(owner);
        sessionId = Fitting.id(sessionId);
        messageId = Fitting.id(messageId);
        text = Fitting.text(text, Fitting.LONGEST_TEXT);
        createdAt = Fitting.time(createdAt);
        expiresAt = Fitting.time(expiresAt);
    }

    static final String COLUMNS = "chat_id, id, owner, session_id, message_id, text, created_at, expires_at";

    static DraftRow read(Readable row) {
        return new DraftRow(
                Column.text(row, "chat_id"),
                Column.text(row, "id"),
                Column.text(row, "owner"),
                Column.text(row, "session_id"),
                Column.text(row, "message_id"),
                Column.text(row, "text"),
                Column.instant(row, "created_at"),
                Column.instant(row, "expires_at"));
    }

    @Override
    public String toString() {
        return "DraftRow[" + chatId + ", " + id + "]";
    }
}
