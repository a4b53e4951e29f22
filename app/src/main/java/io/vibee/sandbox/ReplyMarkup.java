package io.vibee.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The buttons that come with a message, refused in the words of Telegram's server when they are wrong.
 *
 * @param inline an {@code InlineKeyboardMarkup} to stay below the message
 * @param keyboard what the person has in the place of their own keyboard from now on: no rows take it away, null leaves it as it is
 */
record ReplyMarkup(@Nullable ObjectNode inline, @Nullable List<List<ChatButton>> keyboard) {
    private static final int MAX_DATA_BYTES = 64;
    /** What a button does; one of them, or it is refused. */
    private static final List<String> KINDS = List.of(
            "callback_game",
            "pay",
            "switch_inline_query",
            "switch_inline_query_chosen_chat",
            "switch_inline_query_current_chat",
            "login_url",
            "web_app",
            "copy_text");

    static ReplyMarkup of(Params params) {
        if (!params.has("reply_markup")) {
            return new ReplyMarkup(null, null);
        }
        JsonNode markup = params.tree("reply_markup");
        if (!markup.isObject()) {
            throw BotApiRefusal.badRequest("object expected as reply markup");
        }
        JsonNode keyboard = rows(markup, "keyboard", ReplyMarkup::checkKeyboardButton);
        if (!keyboard.isEmpty()) {
            return new ReplyMarkup(null, ChatButton.rows(keyboard));
        }
        JsonNode inline = rows(markup, "inline_keyboard", ReplyMarkup::checkInlineButton);
        if (!inline.isEmpty()) {
            var kept = Json.object();
            kept.set("inline_keyboard", inline.deepCopy());
            return new ReplyMarkup(kept, null);
        }
        return new ReplyMarkup(null, markup.path("remove_keyboard").asBoolean() ? List.of() : null);
    }

    /** Puts the inline keyboard into a message, or takes away the one that is there. */
    void putInto(ObjectNode message) {
        if (inline == null) {
            message.remove("reply_markup");
        } else {
            message.set("reply_markup", inline);
        }
    }

    private static JsonNode rows(JsonNode markup, String field, Consumer<JsonNode> checkButton) {
        JsonNode rows = markup.path(field);
        for (JsonNode row : rows) {
            if (!row.isArray()) {
                throw BotApiRefusal.badRequest("field \"" + field + "\" must be an Array of Arrays");
            }
            row.forEach(checkButton);
        }
        return rows.isArray() ? rows : Json.array();
    }

    private static void checkKeyboardButton(JsonNode button) {
        if (!button.isTextual() && !button.path("text").isTextual()) {
            throw BotApiRefusal.badRequest("can't parse keyboard button: Can't find field \"text\"");
        }
        JsonNode request = button.path("request_managed_bot");
        if (request.isObject() && !request.path("request_id").isInt()) {
            throw BotApiRefusal.badRequest("can't parse keyboard button: Can't find field \"request_id\"");
        }
    }

    private static void checkInlineButton(JsonNode button) {
        if (!button.isObject()) {
            throw BotApiRefusal.badRequest(
                    "can't parse inline keyboard button: InlineKeyboardButton must be an Object");
        }
        if (!button.path("text").isTextual()) {
            throw BotApiRefusal.badRequest("can't parse inline keyboard button: Can't find field \"text\"");
        }
        String data = button.path("callback_data").asText("");
        if (data.getBytes(StandardCharsets.UTF_8).length > MAX_DATA_BYTES) {
            throw BotApiRefusal.badRequest("BUTTON_DATA_INVALID");
        }
        if (data.isEmpty()
                && button.path("url").asText("").isEmpty()
                && KINDS.stream().noneMatch(button::has)) {
            throw BotApiRefusal.badRequest(
                    "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard");
        }
    }
}
