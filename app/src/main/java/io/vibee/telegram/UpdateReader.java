package io.vibee.telegram;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.telegram.telegrambots.meta.api.objects.Update;
import org.telegram.telegrambots.meta.api.objects.message.Message;

/**
 * Understands one update at a time. What Telegram added after this library was made is ignored; what can't be understood
 * becomes a {@link PolledUpdate} with a problem, and is never thrown. A returned update has all that its kind can't do without.
 */
final class UpdateReader {
    private final ObjectReader updates = StorableJson.mapper()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_INVALID_SUBTYPE)
            .enable(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL)
            .build()
            .readerFor(Update.class);

    PolledUpdate read(Envelope.Slice element) {
        long updateId = PolledUpdate.NO_ID;
        String problem;
        try {
            updateId = updateIdOf(element);
            if (updateId == PolledUpdate.NO_ID) {
                problem = "no update_id";
            } else {
                Update update = updates.readValue(element.bytes(), element.from(), element.length());
                problem = missingIn(update);
                if (problem == null) {
                    return new PolledUpdate(updateId, update, null);
                }
            }
        } catch (JsonMappingException wrongType) {
            problem = pathOf(wrongType) + ": not of the expected type";
        } catch (IOException | RuntimeException unreadable) {
            problem = "unreadable: " + unreadable.getClass().getSimpleName();
        }
        return new PolledUpdate(updateId, null, problem);
    }

    /** Looked up apart from the rest, since an update that is otherwise broken must still be confirmed. */
    private static long updateIdOf(Envelope.Slice element) throws IOException {
        try (JsonParser parser = element.parser()) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return PolledUpdate.NO_ID;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean isId = parser.currentName().equals("update_id");
                JsonToken value = parser.nextToken();
                if (isId && value == JsonToken.VALUE_NUMBER_INT) {
                    long id = parser.getLongValue();
                    return id >= 0 ? id : PolledUpdate.NO_ID;
                }
                parser.skipChildren();
            }
            return PolledUpdate.NO_ID;
        } catch (JacksonException outOfRange) {
            return PolledUpdate.NO_ID;
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
