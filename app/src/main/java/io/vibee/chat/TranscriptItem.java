package io.vibee.chat;

import io.vibee.protocol.crypto.Sealed;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message of a chat, as its journal tells it.
 *
 * @param position where it stands in the chat: the later, the higher
 * @param senderId Telegram's id, or null for what the session itself sends
 * @param text the parts of which it is made; empty when it has no text or was deleted
 * @param telegramMessageId null until it was delivered
 */
public record TranscriptItem(
        long position,
        String id,
        boolean incoming,
        @Nullable Long senderId,
        @Nullable Sealed senderName,
        List<Sealed> text,
        @Nullable Long telegramMessageId,
        Status status,
        Instant createdAt) {

    public TranscriptItem {
        text = List.copyOf(text);
    }

    /** How far it is. */
    public enum Status {
        /** It came, and nothing is left to do about it. */
        RECEIVED,
        /** It came and will be answered. */
        PENDING,
        /** It came and gets no answer. */
        NOT_ANSWERED,
        /** It is to be sent. */
        QUEUED,
        DELIVERED,
        /** Nobody can know whether it was sent, and it is not sent again. */
        IN_DOUBT,
        FAILED
    }

    TranscriptItem with(Status next) {
        return new TranscriptItem(
                position, id, incoming, senderId, senderName, text, telegramMessageId, next, createdAt);
    }

    TranscriptItem withText(List<Sealed> next) {
        return new TranscriptItem(
                position, id, incoming, senderId, senderName, next, telegramMessageId, status, createdAt);
    }

    TranscriptItem sentAs(long messageId) {
        return new TranscriptItem(position, id, incoming, senderId, senderName, text, messageId, status, createdAt);
    }
}
