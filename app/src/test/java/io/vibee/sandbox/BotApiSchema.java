package io.vibee.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Every method and type of the Bot API by name, as Telegram describes them, and what is wrong with a request, a result or an update by that
 * description. It lies beside the project, in {@code ../shared/telegram}, or where the property {@value #PROPERTY} says.
 */
final class BotApiSchema {
    static final String PROPERTY = "vibee.bot.api.schema";
    static final String MISSING =
            "the description of the Bot API is missing: ../shared/telegram/bot-api-10.1.json beside the project";

    private static final Path BESIDE_PROJECT = Path.of("..", "..", "shared", "telegram", "bot-api-10.1.json");
    private static final String LIST = "Array of ";
    private static final Optional<BotApiSchema> FOUND = read();

    private final JsonNode methods;
    private final JsonNode types;

    private BotApiSchema(JsonNode description) {
        methods = description.path("methods");
        types = description.path("types");
    }

    /** Nothing where the description is not there, but in CI it must be. */
    static Optional<BotApiSchema> find() {
        if (FOUND.isEmpty() && "true".equals(System.getenv("CI"))) {
            throw new AssertionError(MISSING);
        }
        return FOUND;
    }

    private static Optional<BotApiSchema> read() {
        Path path = Path.of(System.getProperty(PROPERTY, BESIDE_PROJECT.toString()));
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new BotApiSchema(new ObjectMapper().readTree(path.toFile())));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** What is wrong with a call's parameters; nothing if all is right. */
    List<String> problemsOfRequest(String method, JsonNode params) {
        JsonNode described = methods.path(method);
        if (described.isMissingNode()) {
            return List.of(method + ": no such method");
        }
        List<String> problems = new ArrayList<>();
        checkFields(described, params, method, problems);
        return problems;
    }

    /** What is wrong with the values of a form, which are text: those of other types hold JSON. */
    List<String> problemsOfForm(String method, ObjectNode values) {
        var typed = Json.object();
        JsonNode fields = methods.path(method).path("fields");
        values.properties().forEach(value -> {
            boolean isText = false;
            for (JsonNode type : fields.path(value.getKey()).path("types")) {
                isText |= type.asText().equals("String") || type.asText().equals("InputFile");
            }
            typed.set(
                    value.getKey(),
                    isText ? value.getValue() : Json.parse(value.getValue().asText()));
        });
        return problemsOfRequest(method, typed);
    }

    /** What is wrong with a call's result. */
    List<String> problemsOfResult(String method, JsonNode result) {
        List<String> problems = new ArrayList<>();
        checkOneOf(methods.path(method).path("returns"), result, "result of " + method, problems);
        return problems;
    }

    /** What is wrong with an update; it must say one thing. */
    List<String> problemsOfUpdate(JsonNode update) {
        List<String> problems = new ArrayList<>();
        check("Update", update, "update", problems);
        if (update.size() != 2) {
            problems.add("update: " + update.size() + " fields (expected: its id and one more)");
        }
        return problems;
    }

    /** The name of a method in its own case, or as it was given. */
    String methodNamed(String anyCase) {
        for (var names = methods.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (name.equalsIgnoreCase(anyCase)) {
                return name;
            }
        }
        return anyCase;
    }

    private void check(String type, JsonNode value, String at, List<String> problems) {
        if (type.startsWith(LIST)) {
            if (value.isArray()) {
                for (int i = 0; i < value.size(); i++) {
                    check(type.substring(LIST.length()), value.get(i), at + "[" + i + "]", problems);
                }
            } else {
                problems.add(at + ": " + shown(value) + " (expected: " + type + ")");
            }
            return;
        }
        JsonNode described = types.path(type);
        if (described.has("subtypes")) {
            checkOneOf(described.path("subtypes"), value, at, problems);
        } else if (described.isObject()) {
            checkFields(described, value, at, problems);
        } else if (!isOfKind(type, value)) {
            problems.add(at + ": " + shown(value) + " (expected: " + type + ")");
        }
    }

    private static boolean isOfKind(String kind, JsonNode value) {
        return switch (kind) {
            case "Integer" -> value.isIntegralNumber();
            case "Float" -> value.isNumber();
            case "String", "InputFile" -> value.isTextual();
            case "Boolean" -> value.isBoolean();
            default -> throw new IllegalStateException("type: " + kind + " (expected: one that is described)");
        };
    }

    private void checkOneOf(JsonNode candidates, JsonNode value, String at, List<String> problems) {
        List<String> ofAll = new ArrayList<>();
        for (JsonNode candidate : candidates) {
            List<String> ofThis = new ArrayList<>();
            check(candidate.asText(), value, at, ofThis);
            if (ofThis.isEmpty()) {
                return;
            }
            ofAll.addAll(ofThis);
        }
        problems.addAll(candidates.size() == 1 ? ofAll : List.of(at + ": fits none of " + candidates + ": " + ofAll));
    }

    private void checkFields(JsonNode described, JsonNode value, String at, List<String> problems) {
        if (!value.isObject()) {
            problems.add(at + ": " + shown(value) + " (expected: an object)");
            return;
        }
        JsonNode fields = described.path("fields");
        value.properties().forEach(field -> {
            String where = at + "." + field.getKey();
            if (fields.has(field.getKey())) {
                checkOneOf(fields.path(field.getKey()).path("types"), field.getValue(), where, problems);
            } else {
                problems.add(where + ": no such field");
            }
        });
        fields.properties().forEach(field -> {
            if (field.getValue().path("required").asBoolean() && !value.has(field.getKey())) {
                problems.add(at + "." + field.getKey() + ": missing");
            }
        });
    }

    private static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() > 100 ? text.substring(0, 100) + "…" : text;
    }
}
