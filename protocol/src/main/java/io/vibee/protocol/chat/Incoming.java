package io.vibee.protocol.chat;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.vibee.protocol.ClusterMessage;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an update says to a chat, in the clear, on its way from the session to the chat. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
@JsonSubTypes({
    @JsonSubTypes.Type(value = Incoming.Message.class, name = "message"),
    @JsonSubTypes.Type(value = Incoming.Edit.class, name = "edit"),
    @JsonSubTypes.Type(value = Incoming.Deletion.class, name = "deletion")
})
public sealed interface Incoming extends ClusterMessage {

    /**
     * @param own written by the session's own bot
     */
    record Message(
            long telegramMessageId,
            Person sender,
            boolean own,
            Body body,
            @Nullable Integer messageThreadId,
            Instant sentAt)
            implements Incoming {}

    record Edit(long telegramMessageId, Body body, Instant editedAt) implements Incoming {}

    record Deletion(List<Long> telegramMessageIds) implements Incoming {
        public Deletion {
            telegramMessageIds = List.copyOf(telegramMessageIds);
        }
    }

    record Person(
            long telegramId,
            @Nullable String name,
            boolean bot,
            @Nullable String languageCode) implements ClusterMessage {}

    /**
     * @param kind "text", Telegram's name of a media field, or of whatever else it is
     * @param fileId of a media message
     * @param words the text or caption
     */
    record Body(
            String kind, @Nullable String fileId, @Nullable String words) implements ClusterMessage {
        @Override
        public String toString() {
            return "Body[" + kind + "]";
        }
    }
}
