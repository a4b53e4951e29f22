package io.vibee.session;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.vibee.protocol.chat.ChatCommand.Place;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.session.BusinessLink;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What an update of the operator's bot is about. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
@JsonSubTypes({
    @JsonSubTypes.Type(value = OperatorUpdate.OfPerson.class, name = "person"),
    @JsonSubTypes.Type(value = OperatorUpdate.OfConnection.class, name = "connection"),
    @JsonSubTypes.Type(value = OperatorUpdate.Written.class, name = "written"),
    @JsonSubTypes.Type(value = OperatorUpdate.Pressed.class, name = "pressed"),
    @JsonSubTypes.Type(value = OperatorUpdate.Managed.class, name = "managed")
})
public sealed interface OperatorUpdate {

    /** Updates with the same key are taken one after another, in their order. */
    String key();

    /** Whether it is taken however late; what a person asks of the bot itself is soon asked again, and wrong much later. */
    default boolean keeps() {
        return true;
    }

    /** Something of a chat of a person who is connected. */
    record OfPerson(String connectionId, Place place, Incoming incoming) implements OperatorUpdate {
        @Override
        public String key() {
            return connectionId;
        }
    }

    /**
     * A person connected the bot, or changed or ended that.
     *
     * @param person who did
     * @param at when, by Telegram
     */
    record OfConnection(BusinessLink link, Incoming.Person person, Instant at) implements OperatorUpdate {
        @Override
        public String key() {
            return link.connectionId();
        }
    }

    /**
     * Somebody wrote to the bot itself.
     *
     * @param repliesTo the message of the bot that is replied to, or null
     */
    record Written(
            Incoming.Person person,
            long telegramMessageId,
            @Nullable String text,
            @Nullable Long repliesTo) implements OperatorUpdate {
        @Override
        public String key() {
            return "desk:" + person.telegramId();
        }

        @Override
        public boolean keeps() {
            return false;
        }

        @Override
        public String toString() {
            return "Written[" + person.telegramId() + "]";
        }
    }

    /**
     * Somebody pressed a button below one of the bot's messages.
     *
     * @param queryId to answer it with
     * @param data the button's
     * @param telegramMessageId of that message; null when Telegram does not tell
     */
    record Pressed(
            Incoming.Person person,
            String queryId,
            String data,
            @Nullable Long telegramMessageId) implements OperatorUpdate {
        @Override
        public String key() {
            return "desk:" + person.telegramId();
        }

        @Override
        public boolean keeps() {
            return false;
        }
    }

    /**
     * A person made a bot that the operator's bot manages, got it from somebody else, or gave it another token.
     *
     * @param botId of that bot
     */
    record Managed(Incoming.Person person, long botId, String username) implements OperatorUpdate {
        @Override
        public String key() {
            return "managed:" + botId;
        }
    }
}
