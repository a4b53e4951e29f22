package io.vibee.persistence.read;

import io.r2dbc.spi.Readable;
import org.jspecify.annotations.Nullable;

/**
 * A draft with what its owner has to know to decide on it.
 *
 * @param question the text of the message that it answers; null when that has none, or none any more
 * @param chatTitle null when the chat has none
 */
public record WaitingDraft(
        DraftRow draft, @Nullable String question, @Nullable String chatTitle) {

    static final String COLUMNS = DraftRow.COLUMNS + "," + """
             (select m.text from read_message m
               where m.build = read_draft.build and m.chat_id = read_draft.chat_id and m.id = read_draft.message_id) as question,
             (select c.title from read_chat c
               where c.build = read_draft.build and c.chat_id = read_draft.chat_id) as chat_title""";

    static WaitingDraft read(Readable row) {
        return new WaitingDraft(
                DraftRow.read(row), row.get("question", String.class), row.get("chat_title", String.class));
    }

    @Override
    public String toString() {
        return "WaitingDraft[" + draft + "]";
    }
}
