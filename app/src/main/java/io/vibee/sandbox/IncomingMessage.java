package io.vibee.sandbox;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A simulated person's message.
 *
 * @param text the text, or the caption when there is a photo
 * @param automatic whether Telegram writes it for them: a greeting, or that they are away
 * @param date when it was written; null for now
 */
public record IncomingMessage(
        String text,
        boolean photo,
        boolean automatic,
        @Nullable Instant date,
        @Nullable Integer threadId,
        @Nullable Long replyTo) {

    public static IncomingMessage text(String text) {
        return new IncomingMessage(text, false, false, null, null, null);
    }

    public static IncomingMessage photo(String caption) {
        return new IncomingMessage(caption, true, false, null, null, null);
    }

    /** What Telegram writes for a person who is away or is written to for the first time. */
    public static IncomingMessage automatic(String text) {
        return new IncomingMessage(text, false, true, null, null, null);
    }

    public IncomingMessage writtenAt(Instant when) {
        return new IncomingMessage(text, photo, automatic, when, threadId, replyTo);
    }

    public IncomingMessage inTopic(int topic) {
        return new IncomingMessage(text, photo, automatic, date, topic, replyTo);
    }

    public IncomingMessage inReplyTo(long messageId) {
        return new IncomingMessage(text, photo, automatic, date, threadId, messageId);
    }
}
