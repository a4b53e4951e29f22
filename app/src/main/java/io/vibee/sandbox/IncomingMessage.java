package io.vibee.sandbox;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A simulated person's message.
 *
 * @param text the text, or the caption when there is a photo
 * @param date when it was written; null for now
 */
public record IncomingMessage(
        String text,
        boolean photo,
        @Nullable Instant date,
        @Nullable Integer threadId,
        @Nullable Long replyTo) {

    public static IncomingMessage text(String text) {
        return new IncomingMessage(text, false, null, null, null);
    }

    public static IncomingMessage photo(String caption) {
        return new IncomingMessage(caption, true, null, null, null);
    }

    public IncomingMessage writtenAt(Instant when) {
        return new IncomingMessage(text, photo, when, threadId, replyTo);
    }

    public IncomingMessage inTopic(int topic) {
        return new IncomingMessage(text, photo, date, topic, replyTo);
    }

    public IncomingMessage inReplyTo(long messageId) {
        return new IncomingMessage(text, photo, date, threadId, messageId);
    }
}
