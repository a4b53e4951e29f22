package io.vibee.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.vibee.protocol.session.TextEntity;
import io.vibee.telegram.FormattedText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A text that a bot sends, with the entities that this sandbox shows. A wrong one is refused in the words of Telegram's server. The white
 * space around the text is removed, but none within its first entity.
 */
record SentText(String text, List<TextEntity> entities) {
    static final int MAX_UNITS = 4096;
    private static final int MAX_CAPTION_UNITS = 1024;
    private static final int MAX_RICH_UNITS = 32_768;
    private static final int MAX_ENTITIES = 100;

    static SentText of(Params params) {
        String raw = params.text("text");
        List<TextEntity> entities = entities(raw, params.tree("entities"));
        int first = entities.stream().mapToInt(TextEntity::offset).min().orElse(raw.length());
        int from = 0;
        while (from < first && Character.isWhitespace(raw.charAt(from))) {
            from++;
        }
        String text = raw.substring(from).stripTrailing();
        if (text.isEmpty()) {
            throw BotApiRefusal.badRequest("message text is empty");
        }
        if (text.length() > MAX_UNITS) {
            throw BotApiRefusal.badRequest("message is too long");
        }
        List<TextEntity> moved = new ArrayList<>();
        for (TextEntity entity : entities) {
            int start = entity.offset() - from;
            int end = Math.min(entity.end() - from, text.length());
            if (start < end && moved.size() < MAX_ENTITIES) {
                moved.add(entity.over(start, end));
            }
        }
        return new SentText(text, new FormattedText(text, moved).entities());
    }

    /** The caption of what a bot sends, which may be empty; its formats are not shown. */
    static SentText captionOf(Params params) {
        String caption = params.text("caption").strip();
        if (caption.length() > MAX_CAPTION_UNITS) {
            throw BotApiRefusal.badRequest("message caption is too long");
        }
        return new SentText(caption, List.of());
    }

    /** A rich message's source, which the sandbox shows as it is. How Telegram words these refusals is not published. */
    static SentText richOf(Params params) {
        JsonNode rich = params.tree("rich_message");
        String source = rich.path("markdown").asText("") + rich.path("html").asText("");
        if (source.isBlank() || rich.has("markdown") == rich.has("html")) {
            throw BotApiRefusal.badRequest("rich message must have either markdown or html");
        }
        if (source.length() > MAX_RICH_UNITS) {
            throw BotApiRefusal.badRequest("message is too long");
        }
        return new SentText(source, List.of());
    }

    ArrayNode entitiesJson() {
        return entitiesJson(entities);
    }

    static ArrayNode entitiesJson(List<TextEntity> entities) {
        ArrayNode list = Json.array();
        for (TextEntity entity : entities) {
            var json = list.addObject()
                    .put("type", entity.type().name().toLowerCase(Locale.ROOT))
                    .put("offset", entity.offset())
                    .put("length", entity.length());
            if (entity.url() != null) {
                json.put("url", entity.url());
            }
            if (entity.language() != null) {
                json.put("language", entity.language());
            }
        }
        return list;
    }

    private static List<TextEntity> entities(String text, JsonNode list) {
        List<TextEntity> entities = new ArrayList<>();
        for (JsonNode entity : list) {
            int offset = entity.path("offset").asInt(-1);
            int length = entity.path("length").asInt(-1);
            if (!entity.path("type").isTextual()) {
                throw BotApiRefusal.badRequest("can't parse entities: field \"type\" must be a String");
            }
            if (offset < 0) {
                throw BotApiRefusal.badRequest("receive an entity with incorrect offset " + offset);
            }
            if (length < 0) {
                throw BotApiRefusal.badRequest("receive an entity with incorrect length " + length);
            }
            if (offset + length > text.length()) {
                throw BotApiRefusal.badRequest("entity beginning at UTF-16 offset " + offset
                        + " ends after the end of the text at UTF-16 offset " + text.length());
            }
            if (isInsidePair(text, offset) || isInsidePair(text, offset + length)) {
                throw BotApiRefusal.badRequest("entity begins or ends in a middle of a UTF-16 symbol");
            }
            TextEntity.Kind kind = kind(entity.path("type").asText());
            if (kind != null && length > 0) {
                entities.add(new TextEntity(kind, offset, length, textOf(entity, "url"), textOf(entity, "language")));
            }
        }
        return entities;
    }

    private static boolean isInsidePair(String text, int at) {
        return at > 0
                && at < text.length()
                && Character.isHighSurrogate(text.charAt(at - 1))
                && Character.isLowSurrogate(text.charAt(at));
    }

    private static TextEntity.@Nullable Kind kind(String type) {
        for (TextEntity.Kind kind : TextEntity.Kind.values()) {
            if (kind.name().toLowerCase(Locale.ROOT).equals(type)) {
                return kind;
            }
        }
        return null;
    }

    private static @Nullable String textOf(JsonNode entity, String field) {
        return entity.hasNonNull(field) ? entity.get(field).asText() : null;
    }
}
