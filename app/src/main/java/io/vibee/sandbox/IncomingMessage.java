package io.vibee.sandbox;

import java.time.Instant;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * A simulated person's message.
 *
 * @param text the text, or the caption of what it carries
 * @param automatic whether Telegram writes it for them: a greeting, or that they are away
 * @param date when it was written; null for now
 * @param album what the pictures that were sent together have in common
 */
public record IncomingMessage(
        String text,
        @Nullable Media media,
        boolean automatic,
        @Nullable Instant date,
        @Nullable Integer threadId,
        @Nullable Long replyTo,
        @Nullable String album) {

    public static IncomingMessage text(String text) {
        return new IncomingMessage(text, null, false, null, null, null, null);
    }

    public static IncomingMessage photo(String caption) {
        return text(caption).with(Media.Photo.SMALLEST);
    }

    /**
     * A voice message.
     *
     * @param ogg Opus sound in an Ogg file
     */
    public static IncomingMessage voice(ByteString ogg, int seconds) {
        return text("").with(new Media.Voice(ogg, seconds));
    }

    /** What Telegram writes for a person who is away or is written to for the first time. */
    public static IncomingMessage automatic(String text) {
        return new IncomingMessage(text, null, true, null, null, null, null);
    }

    public IncomingMessage with(Media carried) {
        return new IncomingMessage(text, carried, automatic, date, threadId, replyTo, album);
    }

    public IncomingMessage writtenAt(Instant when) {
        return new IncomingMessage(text, media, automatic, when, threadId, replyTo, album);
    }

    public IncomingMessage inTopic(int topic) {
        return new IncomingMessage(text, media, automatic, date, topic, replyTo, album);
    }

    public IncomingMessage inReplyTo(long messageId) {
        return new IncomingMessage(text, media, automatic, date, threadId, messageId, album);
    }

    /** One of several pictures that are sent together; each is a message. */
    public IncomingMessage inAlbum(String id) {
        return new IncomingMessage(text, media, automatic, date, threadId, replyTo, id);
    }
}
