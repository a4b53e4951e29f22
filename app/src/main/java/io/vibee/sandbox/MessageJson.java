package io.vibee.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/** Builds the Bot API's {@code Message} objects. */
final class MessageJson {
    /** A slash that begins a word, as Telegram's own clients mark it. */
    private static final Pattern BOT_COMMAND = Pattern.compile("(?<!\\S)/[A-Za-z0-9_]{1,32}(@[A-Za-z0-9_]{3,32})?");

    /** What a message's text is the caption of. */
    private static final List<String> WITH_CAPTION =
            List.of("photo", "voice", "audio", "video", "animation", "document");

    private MessageJson() {}

    static ObjectNode of(ObjectNode from, SandboxChat chat, Instant date) {
        var message = Json.object();
        message.set("from", from);
        message.set("chat", chat.toJson());
        return message.put("date", date.getEpochSecond());
    }

    /** A person's message for this chat, without its id. */
    static ObjectNode incoming(
            SandboxUser from, Conversation conversation, IncomingMessage incoming, SandboxFiles files) {
        Instant written = incoming.date();
        ObjectNode json = of(from.toJson(), conversation.chat(), written == null ? Instant.now() : written);
        Integer thread = incoming.threadId();
        if (thread != null) {
            json.put("message_thread_id", thread).put("is_topic_message", true);
        }
        Long replyTo = incoming.replyTo();
        ObjectNode quoted = replyTo == null ? null : conversation.message(replyTo);
        if (quoted != null) {
            json.set("reply_to_message", quoted(quoted));
        }
        String album = incoming.album();
        if (album != null) {
            json.put("media_group_id", album);
        }
        if (incoming.automatic()) {
            json.put("is_from_offline", true);
        }
        Media media = incoming.media();
        if (media != null) {
            media.putInto(json, files);
        }
        putText(json, incoming.text());
        return json;
    }

    /** Gives a message this text, or this caption, in the place of the one that it has. */
    static void putText(ObjectNode message, String text) {
        boolean caption = hasCaption(message);
        String entitiesField = caption ? "caption_entities" : "entities";
        message.remove(entitiesField);
        if (!text.isEmpty()) {
            message.put(caption ? "caption" : "text", text);
            ArrayNode entities = commandsIn(text);
            if (!entities.isEmpty()) {
                message.set(entitiesField, entities);
            }
        }
    }

    private static boolean hasCaption(ObjectNode message) {
        return WITH_CAPTION.stream().anyMatch(message::has);
    }

    /** The same with the formats that a bot gave to the text. */
    static void putText(ObjectNode message, SentText text) {
        putText(message, text.text());
        ArrayNode entities = text.entitiesJson();
        String entitiesField = hasCaption(message) ? "caption_entities" : "entities";
        message.path(entitiesField).forEach(entities::add);
        if (!entities.isEmpty()) {
            message.set(entitiesField, entities);
        }
    }

    /** A message that was deleted after somebody saw it. */
    static ObjectNode inaccessible(SandboxChat chat, long messageId) {
        var message = Json.object();
        message.set("chat", chat.toJson());
        return message.put("message_id", messageId).put("date", 0);
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
}
