package io.vibee.sandbox;

import io.vibee.protocol.session.TextEntity;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message of a simulated chat as its people see it.
 *
 * @param version grows with every change in the chat, so that a page can ask for what is new
 * @param text the text, or a photo's caption
 * @param entities the formats that the bot gave to parts of the text
 */
public record TranscriptEntry(
        long messageId,
        long version,
        boolean fromBot,
        long senderId,
        String sender,
        String text,
        boolean photo,
        Instant date,
        boolean edited,
        boolean deleted,
        @Nullable Integer threadId,
        @Nullable Long replyTo,
        List<TextEntity> entities) {

    public TranscriptEntry {
        entities = List.copyOf(entities);
    }

    TranscriptEntry editedTo(String newText, long newVersion) {
        return changed(newVersion, newText, List.of(), true, deleted);
    }

    TranscriptEntry deletedAt(long newVersion) {
        return changed(newVersion, text, entities, edited, true);
    }

    private TranscriptEntry changed(
            long newVersion, String newText, List<TextEntity> newEntities, boolean nowEdited, boolean nowDeleted) {
        return new TranscriptEntry(
                messageId,
                newVersion,
                fromBot,
                senderId,
                sender,
                newText,
                photo,
                date,
                nowEdited,
                nowDeleted,
                threadId,
                replyTo,
                newEntities);
    }
}
