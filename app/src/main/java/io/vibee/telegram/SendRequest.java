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
 * @param buttons rows of buttons below the text, none for none
 * @param replyToMessageId the message to refer to; if it was deleted meanwhile the text is sent without the reference
 */
public record SendRequest(
        long chatId,
        String text,
        List<TextEntity> entities,
        boolean linkPreview,
        @Nullable Integer messageThreadId,
        @Nullable String businessConnectionId,
        @Nullable Long replyToMessageId,
        List<List<Button>> buttons) {

    public SendRequest {
        entities = List.copyOf(entities);
        buttons = List.copyOf(buttons);
    }

    /** Without buttons. */
    public SendRequest(
            long chatId,
            String text,
            List<TextEntity> entities,
            boolean linkPreview,
            @Nullable Integer messageThreadId,
            @Nullable String businessConnectionId,
            @Nullable Long replyToMessageId) {
        this(chatId, text, entities, linkPreview, messageThreadId, businessConnectionId, replyToMessageId, List.of());
    }

    /**
     * A button below a message.
     *
     * @param data 1 to 64 bytes, which come back when it is pressed
     */
    public record Button(String text, String data) {}

    /** Plain text. */
    public static SendRequest toChat(long chatId, String text) {
        return toChat(chatId, text, List.of());
    }

    /** Plain text above buttons, without the preview of a link. */
    public static SendRequest toChat(long chatId, String text, List<List<Button>> buttons) {
        return new SendRequest(chatId, text, List.of(), buttons.isEmpty(), null, null, null, buttons);
    }

    /** The same in another thread, or in none. */
    public SendRequest in(@Nullable Integer threadId) {
        return new SendRequest(
                chatId, text, entities, linkPreview, threadId, businessConnectionId, replyToMessageId, buttons);
    }

    /** Leaves the text out: it is a person's. */
    @Override
    public String toString() {
        return "SendRequest[chatId=" + chatId + ", " + text.length() + " characters]";
    }
}
