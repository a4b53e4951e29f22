package io.vibee.protocol.chat;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.vibee.protocol.ClusterMessage;
import io.vibee.protocol.stored.Stored;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an update says to a chat, in the clear, on its way from the session to the chat. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
@JsonSubTypes({
    @JsonSubTypes.Type(value = Incoming.Message.class, name = "message"),
    @JsonSubTypes.Type(value = Incoming.Edit.class, name = "edit"),
    @JsonSubTypes.Type(value = Incoming.Deletion.class, name = "deletion"),
    @JsonSubTypes.Type(value = Incoming.Membership.class, name = "membership")
})
public sealed interface Incoming extends ClusterMessage {

    /**
     * @param own written by the session's own bot; of a business connection, the echo of what was sent through it
     * @param messageThreadId of the topic that it was written in, or null: a chain of replies is no topic
     * @param quoted what it refers to, or null
     * @param audience whom it is for, as far as it says so
     * @param hand whose hand wrote it
     */
    record Message(
            long telegramMessageId,
            Person sender,
            boolean own,
            Body body,
            @Nullable Integer messageThreadId,
            Instant sentAt,
            @Nullable Quoted quoted,
            Audience audience,
            Hand hand)
            implements Incoming {
        public Message {
            // A node of an earlier version leaves them out.
            audience = Stored.orElse(audience, Audience.ANYONE);
            hand = Stored.orElse(hand, Hand.OTHERS);
        }

        /** One that refers to nothing and is for anyone. */
        public Message(
                long telegramMessageId,
                Person sender,
                boolean own,
                Body body,
                @Nullable Integer messageThreadId,
                Instant sentAt) {
            this(telegramMessageId, sender, own, body, messageThreadId, sentAt, null, Audience.ANYONE, Hand.OTHERS);
        }

        /** The same, written by a bot in its sender's name. */
        public Message byBot() {
            Person bot = new Person(sender.telegramId(), sender.name(), true, sender.languageCode());
            return new Message(telegramMessageId, bot, own, body, messageThreadId, sentAt, quoted, audience, hand);
        }
    }

    /** Whose hand wrote a message. Only a business connection brings what its own user wrote. */
    enum Hand {
        /** Anybody else's. */
        OTHERS,
        /** The session's owner wrote it. */
        OWNER,
        /** Telegram sent it in the owner's name: a greeting, or a message for the time of an absence. */
        OWNER_AUTOMATIC
    }

    /** Whom a message is for, as far as it says so. */
    enum Audience {
        /** It does not say. */
        ANYONE,
        /** The session's bot: it is named, commanded or replied to. */
        BOT,
        /** Others: it is a command for another bot, or a post of a channel or of a chat as a whole. */
        OTHERS,
        /** Another person: it replies to one, or names one first. */
        PERSON
    }

    /**
     * What a message refers to.
     *
     * @param telegramMessageId of the message that is replied to, or null when it is of another chat
     * @param text the part that was quoted, else the text that is replied to
     * @param author who wrote that, or null
     * @param own written by the session's own bot
     * @param chosen whether the sender quoted this part himself
     */
    record Quoted(
            @Nullable Long telegramMessageId,
            String text,
            @Nullable String author,
            boolean own,
            boolean chosen) implements ClusterMessage {

        /** The most UTF-16 units of a quote's text that are kept. */
        public static final int LONGEST = 1000;

        /** A longer text is cut, between two characters. */
        public Quoted {
            if (text.length() > LONGEST) {
                text = text.substring(0, Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST);
            }
        }

        @Override
        public String toString() {
            return "Quoted[" + telegramMessageId + "]";
        }
    }

    record Edit(long telegramMessageId, Body body, Instant editedAt) implements Incoming {}

    record Deletion(List<Long> telegramMessageIds) implements Incoming {
        public Deletion {
            telegramMessageIds = List.copyOf(telegramMessageIds);
        }
    }

    /**
     * The bot's membership in the chat changed: it was blocked, removed, restricted or let in again.
     *
     * @param status Telegram's name of it, as {@code kicked}
     * @param mayWrite whether the bot may write there now
     */
    record Membership(String status, boolean mayWrite, Instant at) implements Incoming {}

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
