package io.vibee.telegram;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.InstantSource;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.telegram.telegrambots.meta.api.objects.Update;
import org.telegram.telegrambots.meta.api.objects.message.Message;

/**
 * Reads one update at a time. It ignores what Telegram added after this library was made, and leaves out a part that is wrong. An update
 * that it can't read at all becomes a {@link IncomingUpdate} with a problem and is never thrown. An update that it returns has everything its
 * kind needs, and a rich message's words as its text.
 */
public final class UpdateReader {

    /** Made with the first update: it loads a class for each of Telegram's types, which would take half a second of a start. */
    private static final class Updates {
        static final ObjectReader READER = StorableJson.mapper()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.FAIL_ON_INVALID_SUBTYPE)
                .enable(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL)
                .build()
                .readerFor(Update.class);
    }

    private final InstantSource clock;

    /**
     * @param clock gives a time to a message of which Telegram's can't be read
     */
    public UpdateReader(InstantSource clock) {
        this.clock = clock;
    }

    /** Reads what a webhook was given: the JSON of one update. */
    public IncomingUpdate read(byte[] json) {
        return read(new Envelope.Slice(json, 0, json.length));
    }

    IncomingUpdate read(Envelope.Slice element) {
        long updateId = IncomingUpdate.NO_ID;
        try {
            updateId = updateIdOf(element);
            if (updateId == IncomingUpdate.NO_ID) {
                return new IncomingUpdate(updateId, null, "no update_id");
            }
            Update update = asItIs(element);
            return update != null ? new IncomingUpdate(updateId, update, null) : mended(updateId, element);
        } catch (JsonMappingException wrongType) {
            return new IncomingUpdate(updateId, null, pathOf(wrongType) + ": not of the expected type");
        } catch (IOException | RuntimeException unreadable) {
            return new IncomingUpdate(
                    updateId, null, "unreadable: " + unreadable.getClass().getSimpleName());
        }
    }

    /** Null when a part of it is wrong or missing, or must be put into words. */
    private @Nullable Update asItIs(Envelope.Slice element) {
        try {
            Update update = Updates.READER.readValue(element.bytes(), element.from(), element.length());
            return missingIn(update) == null && messages(update).noneMatch(UpdateReader::isRich) ? update : null;
        } catch (IOException | RuntimeException | StackOverflowError wrong) {
            return null;
        }
    }

    private IncomingUpdate mended(long updateId, Envelope.Slice element) throws IOException {
        JsonNode tree;
        try (JsonParser parser = element.parser()) {
            tree = BoundedTree.read(parser);
        }
        if (!(tree instanceof ObjectNode object)) {
            return new IncomingUpdate(updateId, null, "not a JSON object");
        }
        Update update = new MendedUpdate(Updates.READER, clock).read(object);
        String problem = missingIn(update);
        return problem == null
                ? new IncomingUpdate(updateId, update, null)
                : new IncomingUpdate(updateId, null, problem);
    }

    private static Stream<Message> messages(Update update) {
        return Stream.of(
                        update.getMessage(),
                        update.getEditedMessage(),
                        update.getBusinessMessage(),
                        update.getEditedBuinessMessage())
                .flatMap(Stream::ofNullable);
    }

    private static boolean isRich(Message message) {
        Message repliedTo = message.getReplyToMessage();
        return message.getRichMessage() != null || (repliedTo != null && repliedTo.getRichMessage() != null);
    }

    /** Looked up by itself, since even a broken update must be confirmed. */
    private static long updateIdOf(Envelope.Slice element) throws IOException {
        try (JsonParser parser = element.parser()) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return IncomingUpdate.NO_ID;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean isId = parser.currentName().equals("update_id");
                JsonToken value = parser.nextToken();
                if (isId && value == JsonToken.VALUE_NUMBER_INT) {
                    long id = parser.getLongValue();
                    return id >= 0 ? id : IncomingUpdate.NO_ID;
                }
                parser.skipChildren();
            }
            return IncomingUpdate.NO_ID;
        } catch (JacksonException outOfRange) {
            return IncomingUpdate.NO_ID;
        }
    }

    private static @Nullable String missingIn(Update update) {
        var connection = update.getBusinessConnection();
        var deleted = update.getDeletedBusinessMessages();
        var member = update.getMyChatMember();
        if (connection != null && (connection.getId() == null || connection.getUser() == null)) {
            return "business_connection: no id or user";
        }
        if (deleted != null
                && (deleted.getBusinessConnectionId() == null
                        || deleted.getChat() == null
                        || deleted.getMessageIds() == null)) {
            return "deleted_business_messages: no connection, chat or message_ids";
        }
        if (member != null && (member.getChat() == null || member.getNewChatMember() == null)) {
            return "my_chat_member: no chat or new_chat_member";
        }
        var managed = update.getManagedBot();
        if (managed != null && (managed.getUser() == null || managed.getBot() == null)) {
            return "managed_bot: no user or bot";
        }
        return firstProblem(
                missingIn("message", update.getMessage()),
                missingIn("edited_message", update.getEditedMessage()),
                missingIn("business_message", update.getBusinessMessage()),
                missingIn("edited_business_message", update.getEditedBuinessMessage()));
    }

    private static @Nullable String missingIn(String kind, @Nullable Message message) {
        if (message == null) {
            return null;
        }
        boolean whole = message.getMessageId() != null
                && message.getDate() != null
                && message.getChat() != null
                && message.getChat().getId() != null
                && message.getChat().getType() != null;
        return whole ? null : kind + ": no message_id, date or chat";
    }

    private static @Nullable String firstProblem(@Nullable String... problems) {
        for (String problem : problems) {
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    private static String pathOf(JsonMappingException problem) {
        return problem.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[]" : step.getFieldName())
                .collect(Collectors.joining("."));
    }
}
