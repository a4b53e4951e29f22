package io.vibee.persistence.read;

import io.r2dbc.spi.Readable;
import io.vibee.journal.database.Column;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter of a chat that was neither retried nor dropped. Every value fits its column.
 *
 * @param id unique within the chat
 * @param messageId the message without an answer; null for a text that the owner wrote
 * @param draftId the text that could not be sent; null when there was none
 * @param tries how often it was tried before it failed for good
 */
public record DeadLetterRow(
        String chatId,
        String id,
        String owner,
        String sessionId,
        @Nullable String messageId,
        @Nullable String draftId,
        String cause,
        int tries,
        Instant failedAt) {

    public DeadLetterRow {
        chatId = Fitting.id(chatId);
        id = Fitting.id(id);
        owner = Fitting.id(owner);
        sessionId = Fitting.id(sessionId);
        messageId = Fitting.idOrNull(messageId);
        draftId = Fitting.idOrNull(draftId);
        cause = Fitting.text(cause, Fitting.LONGEST_CAUSE);
        failedAt = Fitting.time(failedAt);
    }

    static final String COLUMNS = "chat_id, id, owner, session_id, message_id, draft_id, cause, tries, failed_at";

    static DeadLetterRow read(Readable row) {
        return new DeadLetterRow(
                Column.text(row, "chat_id"),
                Column.text(row, "id"),
                Column.text(row, "owner"),
                Column.text(row, "session_id"),
                row.get("message_id", String.class),
                row.get("draft_id", String.class),
                Column.text(row, "cause"),
                Column.integer(row, "tries"),
                Column.instant(row, "failed_at"));
    }
}
