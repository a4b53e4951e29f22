package io.vibee.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.regex.Pattern;

/** Builds the Bot API's {@code Message} objects. */
final class MessageJson {
    /** A slash that begins a word, as Telegram's own clients mark it. */
    private static final Pattern BOT_COMMAND = Pattern.compile("(?<!\\S)/[A-Za-z0-9_]{1,32}(@[A-Za-z0-9_]{3,32})?");

    private MessageJson() {}

    static ObjectNode of(ObjectNode from, SandboxChat chat, Instant date) {
        var message = Json.object();
        message.set("from", from);
        message.set("chat", chat.toJson());
        return message.put("date", date.getEpochSecond());
    }

    static void putText(ObjectNode message, String text, boolean photo, long fileNumber) {
        if (photo) {
            message.set("photo", photoSizes(fileNumber));
        }
        if (!text.isEmpty()) {
            message.put(photo ? "caption" : "text", text);
            ArrayNode entities = commandsIn(text);
            if (!entities.isEmpty()) {
                message.set(photo ? "caption_entities" : "entities", entities);
            }
        }
    }

    /** A message as another one quotes it: without what it itself replied to. */
    static ObjectNode quoted(ObjectNode message) {
        ObjectNode quoted = message.deepCopy();
        quoted.remove("reply_to_message");
        return quoted;
    }

    private static ArrayNode commandsIn(String text) {
        ArrayNode entities = Json.array();
        var commands = BOT_COMMAND.matcher(text);
        while (commands.find() && entities.size() < 100) {
            entities.addObject()
                    .put("type", "bot_command")
                    .put("offset", commands.start())
                    .put("length", commands.end() - commands.start());
        }
        return entities;
    }

    private static ArrayNode photoSizes(long fileNumber) {
        ArrayNode sizes = Json.array();
        int[] edges = {90, 320, 800};
        for (int edge : edges) {
            sizes.addObject()
                    .put("file_id", "sandbox-photo-" + fileNumber + "-" + edge)
                    .put("file_unique_id", "sandbox-" + fileNumber + "-" + edge)
                    .put("width", edge)
                    .put("height", edge * 3 / 4)
                    .put("file_size", edge * edge / 6);
        }
        return sizes;
    }
}
