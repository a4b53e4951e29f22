package io.vibee.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The lists of commands that one bot has set, each for a scope and a language (<a href="https://core.telegram.org/bots/api#setmycommands">setMyCommands</a>). */
final class BotCommands {
    private static final Pattern NAME = Pattern.compile("[a-z0-9_]{1,32}");
    private static final Pattern LANGUAGE = Pattern.compile("[a-z]{2}|");
    private static final int MAX_COMMANDS = 100;
    private static final int MAX_DESCRIPTION = 256;
    private static final ObjectNode DEFAULT = Json.object().put("type", "default");

    /** @param language two letters, or empty for people of all other languages */
    private record Audience(JsonNode scope, String language) {}

    private final Map<Audience, ArrayNode> lists = new ConcurrentHashMap<>();

    void set(Params params) {
        Audience audience = audience(params);
        ArrayNode commands = Json.array();
        if (params.tree("commands").size() > MAX_COMMANDS) {
            throw BotApiRefusal.badRequest("BOT_COMMANDS_TOO_MUCH");
        }
        for (JsonNode command : params.tree("commands")) {
            String name = command.path("command").asText("").replaceFirst("^/", "");
            String description = command.path("description").asText("");
            if (!NAME.matcher(name).matches()) {
                throw BotApiRefusal.badRequest("BOT_COMMAND_INVALID");
            }
            if (description.isBlank() || description.length() > MAX_DESCRIPTION) {
                throw BotApiRefusal.badRequest("BOT_COMMAND_DESCRIPTION_INVALID");
            }
            commands.addObject().put("command", name).put("description", description);
        }
        if (commands.isEmpty()) {
            lists.remove(audience);
        } else {
            lists.put(audience, commands);
        }
    }

    void delete(Params params) {
        lists.remove(audience(params));
    }

    /** The list that was set for just this scope and language. */
    ArrayNode get(Params params) {
        return lists.getOrDefault(audience(params), Json.array());
    }

    /** What a person sees in their private chat: the list of the narrowest scope, and in it of their language. */
    SequencedMap<String, String> shownTo(SandboxUser person) {
        List<ObjectNode> scopes = List.of(
                Json.object().put("type", "chat").put("chat_id", person.id()),
                Json.object().put("type", "all_private_chats"),
                DEFAULT);
        for (ObjectNode scope : scopes) {
            for (String language : List.of(person.languageCode(), "")) {
                ArrayNode list = lists.get(new Audience(scope, language));
                if (list != null) {
                    SequencedMap<String, String> shown = new LinkedHashMap<>();
                    list.forEach(each -> shown.put(
                            each.path("command").asText(),
                            each.path("description").asText()));
                    return shown;
                }
            }
        }
        return new LinkedHashMap<>();
    }

    private static Audience audience(Params params) {
        JsonNode given = params.tree("scope");
        ObjectNode scope = DEFAULT;
        if (given.isObject()) {
            scope = Json.object().put("type", given.path("type").asText());
            for (String id : List.of("chat_id", "user_id")) {
                if (given.has(id)) {
                    scope.put(id, given.path(id).asLong());
                }
            }
        }
        String language = params.text("language_code");
        if (!LANGUAGE.matcher(language).matches()) {
            throw BotApiRefusal.badRequest("LANG_CODE_INVALID");
        }
        return new Audience(scope, language);
    }
}
