package io.vibee.telegram;

import io.vibee.protocol.session.TextEntity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message to send.
 *
 * @param text 1 to 4096 UTF-16 units; {@link MessageSplitter} makes such parts of a longer one
 * @param entities at most 100
 * @param linkPreview whether Telegram shows the first link's target below the text
 * @param messageThreadId the forum topic; the general topic's 1 is accepted, and left out as Telegram demands
 * @param businessConnectionId set when the bot writes as the person who connected it
 * @param replyToMessageId the message to refer to; if it was deleted meanwhile the text is sent without the reference
 */
public record SendRequest(
        long chatId,
        String text,
        List<TextEntity> entities,
        boolean linkPreview,
        @Nullable Integer messageThreadId,
        @Nullable String businessConnectionId,
        @Nullable Long replyToMessageId) {

    public SendRequest {
        entities = List.copyOf(entities);
    }

    /** Plain text. */
    public static SendRequest toChat(long chatId, String text) {
        return new SendRequest(chatId, text, List.of(), true, null, null, null);
    }

    /** The same in another thread, or in none. */
    public SendRequest in(@Nullable Integer threadId) {
        return new SendRequest(chatId, text, entities, linkPreview, threadId, businessConnectionId, replyToMessageId);
    }

    /** Leaves the text out: it is a person's. */
    @Override
    public String toString() {
        return "SendRequest[chatId=" + chatId + ", " + text.length() + " characters]";
    }
}
