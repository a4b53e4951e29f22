package io.vibee.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.protocol.session.TextEntity;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message of a simulated chat as its people see it.
 *
 * @param version grows with every change in the chat, so that a page can ask for what is new
 * @param text the text, or the caption of what it carries
 * @param automatic whether Telegram wrote it for its sender: a greeting, or that they are away
 * @param entities the formats that the bot gave to parts of the text
 * @param buttons the rows of buttons below it
 */
public record TranscriptEntry(
        long messageId,
        long version,
        boolean fromBot,
        long senderId,
        String sender,
        String text,
        @Nullable Attachment attachment,
        boolean automatic,
        Instant date,
        boolean edited,
        boolean deleted,
        @Nullable Integer threadId,
        @Nullable Long replyTo,
        List<TextEntity> entities,
        List<List<ChatButton>> buttons) {

    /**
     * What a message carries.
     *
     * @param kind its field in the Bot API's {@code Message}
     * @param fileId null when it is not a file
     */
    public record Attachment(String kind, @Nullable String fileId) {
        private static final List<String> KINDS = List.of(
                "photo",
                "voice",
                "audio",
                "video",
                "video_note",
                "animation",
                "document",
                "sticker",
                "contact",
                "location",
                "venue",
                "poll",
                "dice",
                "rich_message");

        static @Nullable Attachment in(ObjectNode message) {
            for (String kind : KINDS) {
                if (message.has(kind)) {
                    JsonNode content = message.get(kind);
                    JsonNode file = content.isArray() ? content.path(content.size() - 1) : content;
                    return new Attachment(
                            kind,
                            file.hasNonNull("file_id") ? file.get("file_id").asText() : null);
                }
            }
            return null;
        }
    }

    public TranscriptEntry {
        entities = List.copyOf(entities);
        buttons = List.copyOf(buttons);
    }

    /** A new message, of which the JSON tells the rest. */
    static TranscriptEntry of(ObjectNode json, long version, boolean fromBot, SandboxUser sender, SentText text) {
        return new TranscriptEntry(
                json.get("message_id").longValue(),
                version,
                fromBot,
                sender.id(),
                sender.firstName(),
                text.text(),
                Attachment.in(json),
                json.has("is_from_offline"),
                Instant.ofEpochSecond(json.get("date").longValue()),
                false,
                false,
                json.has("message_thread_id") ? json.get("message_thread_id").intValue() : null,
                json.has("reply_to_message")
                        ? json.get("reply_to_message").get("message_id").longValue()
                        : null,
                text.entities(),
                buttonsIn(json));
    }

    TranscriptEntry editedTo(SentText newText, ObjectNode json, long newVersion) {
        return changed(newVersion, newText, buttonsIn(json), true, deleted);
    }

    TranscriptEntry deletedAt(long newVersion) {
        return changed(newVersion, new SentText(text, entities), buttons, edited, true);
    }

    private static List<List<ChatButton>> buttonsIn(ObjectNode json) {
        return ChatButton.rows(json.path("reply_markup").path("inline_keyboard"));
    }

    private TranscriptEntry changed(
            long newVersion,
            SentText newText,
            List<List<ChatButton>> newButtons,
            boolean nowEdited,
            boolean nowDeleted) {
        return new TranscriptEntry(
                messageId,
                newVersion,
                fromBot,
                senderId,
                sender,
                newText.text(),
                attachment,
                automatic,
                date,
                nowEdited,
                nowDeleted,
                threadId,
                replyTo,
                newText.entities(),
                newButtons);
    }
}
