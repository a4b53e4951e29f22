package io.vibee.telegram;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.telegram.telegrambots.meta.api.objects.Update;

/**
 * Reads an update with a part that is wrong: it takes the part out and reads the rest again. It makes up what an update needs and a person
 * would not miss: the date is now, the id tells the type of a chat. A rich message becomes its words.
 */
final class MendedUpdate {

    /** The kinds of update that hold a message. */
    private static final Set<String> MESSAGES =
            Set.of("message", "edited_message", "business_message", "edited_business_message");

    private static final int MOST_REPAIRS = 50;

    /** What stays of a message that is still wrong after so many repairs. */
    private static final Set<String> ESSENTIAL = Set.of(
            "message_id",
            "message_thread_id",
            "is_topic_message",
            "is_automatic_forward",
            "from",
            "sender_chat",
            "chat",
            "date",
            "edit_date",
            "text",
            "caption",
            "business_connection_id",
            "migrate_to_chat_id",
            "migrate_from_chat_id");

    /** Telegram's ids of supergroups and channels are below it, those of groups between it and 0. */
    private static final long SUPERGROUPS = -1_000_000_000_000L;

    private final ObjectReader updates;
    private final InstantSource clock;

    MendedUpdate(ObjectReader updates, InstantSource clock) {
        this.updates = updates;
        this.clock = clock;
    }

    /**
     * Reads the update from a tree, which it changes.
     *
     * @throws IOException if no part of it can be read
     */
    Update read(ObjectNode tree) throws IOException {
        MESSAGES.forEach(kind -> complete(tree.get(kind)));
        for (int repairs = 0; ; repairs++) {
            try {
                return updates.readValue(tree);
            } catch (JsonMappingException wrong) {
                if (repairs >= MOST_REPAIRS || !remove(tree, wrong.getPath())) {
                    return readEssentials(tree, wrong);
                }
            }
        }
    }

    private Update readEssentials(ObjectNode tree, JsonMappingException wrong) throws IOException {
        MESSAGES.forEach(kind -> {
            if (tree.get(kind) instanceof ObjectNode message) {
                message.retain(ESSENTIAL);
            }
        });
        try {
            return updates.readValue(tree);
        } catch (JsonMappingException still) {
            still.addSuppressed(wrong);
            throw still;
        }
    }

    private void complete(@Nullable JsonNode found) {
        if (!(found instanceof ObjectNode message)) {
            return;
        }
        if (!message.path("date").canConvertToInt()) {
            message.set("date", IntNode.valueOf((int) Math.min(clock.instant().getEpochSecond(), Integer.MAX_VALUE)));
        }
        if (message.get("chat") instanceof ObjectNode chat && !chat.path("type").isTextual()) {
            chat.put("type", typeOf(chat.path("id").asLong()));
        }
        inWords(message);
        inWords(message.get("reply_to_message"));
    }

    private static String typeOf(long chatId) {
        if (chatId > 0) {
            return "private";
        }
        return chatId > SUPERGROUPS ? "group" : "supergroup";
    }

    private static void inWords(@Nullable JsonNode found) {
        if (found instanceof ObjectNode message && message.has("rich_message")) {
            JsonNode rich = message.remove("rich_message");
            String words = RichWords.of(rich);
            if (!message.path("text").isTextual() && !words.isEmpty()) {
                message.put("text", words);
            }
        }
    }

    /** Takes out what a path leads to, or its parent when it is not there. False when that would be the whole update. */
    private static boolean remove(ObjectNode tree, List<JsonMappingException.Reference> path) {
        for (int length = path.size(); length > 1; length--) {
            JsonNode parent = tree;
            for (JsonMappingException.Reference step : path.subList(0, length - 1)) {
                parent = parent == null ? null : child(parent, step);
            }
            JsonMappingException.Reference last = path.get(length - 1);
            if (parent instanceof ObjectNode object
                    && last.getFieldName() != null
                    && object.remove(last.getFieldName()) != null) {
                return true;
            }
            if (parent instanceof ArrayNode array && array.remove(last.getIndex()) != null) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable JsonNode child(JsonNode parent, JsonMappingException.Reference step) {
        return step.getFieldName() != null ? parent.get(step.getFieldName()) : parent.get(step.getIndex());
    }
}
