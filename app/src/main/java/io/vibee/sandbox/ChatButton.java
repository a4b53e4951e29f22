package io.vibee.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A button below a message, or of the keyboard that a bot shows to a person.
 *
 * @param data what the bot learns when it is pressed; null for a button of another kind
 * @param url what it opens
 * @param managedBot the bot that the person makes by it
 */
public record ChatButton(
        String text,
        @Nullable String data,
        @Nullable String url,
        @Nullable ManagedBotRequest managedBot) {

    /** What a bot offers to be made; the person may choose other names. */
    public record ManagedBotRequest(
            int id,
            @Nullable String suggestedName,
            @Nullable String suggestedUsername) {}

    /** The rows of an {@code inline_keyboard} or {@code keyboard}. */
    static List<List<ChatButton>> rows(JsonNode keyboard) {
        List<List<ChatButton>> rows = new ArrayList<>();
        for (JsonNode row : keyboard) {
            List<ChatButton> buttons = new ArrayList<>();
            row.forEach(button -> buttons.add(of(button)));
            rows.add(List.copyOf(buttons));
        }
        return List.copyOf(rows);
    }

    private static ChatButton of(JsonNode button) {
        JsonNode request = button.path("request_managed_bot");
        return new ChatButton(
                button.isTextual() ? button.textValue() : button.path("text").asText(),
                textOf(button, "callback_data"),
                textOf(button, "url"),
                request.isObject()
                        ? new ManagedBotRequest(
                                request.path("request_id").asInt(),
                                textOf(request, "suggested_name"),
                                textOf(request, "suggested_username"))
                        : null);
    }

    private static @Nullable String textOf(JsonNode button, String field) {
        return button.hasNonNull(field) ? button.get(field).asText() : null;
    }
}
