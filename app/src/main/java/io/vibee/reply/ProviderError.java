package io.vibee.reply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What an API says about a failure, in whatever shape it and the gateways before it have put it: {@code {"error":{…}}}, {@code
 * {"error":"…"}}, {@code {"detail":…}}, {@code {"object":"error","message":…}}, a list of one of these, or JSON in a text of these. Its
 * words are for sorting only and go no further: they may repeat the key or what people wrote.
 */
final class ProviderError {

    /** No error. */
    static final ProviderError NONE = new ProviderError();

    private static final int DEEPEST = 8;
    private static final int LONGEST_WORDS = 16_384;

    /** An object with one of these is an error of an API. */
    private static final Set<String> FORM = Set.of(
            "error",
            "errors",
            "message",
            "msg",
            "detail",
            "details",
            "error_code",
            "error_msg",
            "errormessage",
            "title",
            "code",
            "type");

    /** Fields with short words that say what kind of error it is. */
    private static final Set<String> CODES = Set.of(
            "code",
            "type",
            "status",
            "reason",
            "kind",
            "error",
            "__type",
            "error_code",
            "error_type",
            "provider_error_code");

    /** Fields that say what was asked, or who asked it. They say nothing about the error. */
    private static final Set<String> ASKED = Set.of("input", "messages", "prompt", "request", "body", "headers", "url");

    private final Set<String> codes = new HashSet<>();
    private final Set<String> names = new HashSet<>();
    private final StringBuilder words = new StringBuilder();
    private int status;
    private boolean told;
    private boolean page;
    private boolean moderated;

    private ProviderError() {}

    /** The error in the body of a refusal. */
    static ProviderError in(BoundedBody.Read body) {
        String text = new String(body.bytes(), StandardCharsets.UTF_8).strip();
        JsonNode root = ReceivedJson.in(text);
        if (root.isMissingNode()) {
            // Some send an error as an event, whatever the status.
            root = text.lines()
                    .filter(line -> line.startsWith("data:") || line.startsWith("error:"))
                    .map(line -> ReceivedJson.in(line.substring(line.indexOf(':') + 1)))
                    .filter(node -> !node.isMissingNode())
                    .findFirst()
                    .orElse(MissingNode.getInstance());
        }
        if (!root.isMissingNode()) {
            return in(root);
        }
        ProviderError error = new ProviderError();
        error.page = !text.isEmpty();
        error.say(text);
        return error;
    }

    /** The error that a whole object tells. */
    static ProviderError in(JsonNode root) {
        ProviderError error = new ProviderError();
        error.told = root.properties().stream()
                .anyMatch(field ->
                        FORM.contains(field.getKey().toLowerCase(Locale.ROOT)) && saysSomething(field.getValue()));
        error.collect("", root, 0);
        return error;
    }

    /** The error that a text tells. */
    static ProviderError in(String text) {
        ProviderError error = new ProviderError();
        error.told = true;
        error.collect("message", TextNode.valueOf(text), 0);
        return error;
    }

    /**
     * The error inside an answer that looks like a success; {@link #NONE} where an error's fields are there and say nothing.
     *
     * @param choice the part of the answer that may have an error of its own
     */
    static ProviderError inside(JsonNode answer, JsonNode choice) {
        if (saysSomething(answer.path("error"))) {
            return within(answer.path("error"));
        }
        if (saysSomething(choice.path("error"))) {
            return within(choice.path("error"));
        }
        return isError(answer) ? in(answer) : NONE;
    }

    private static ProviderError within(JsonNode error) {
        return error.isObject() ? in(error) : in(error.asText());
    }

    private static boolean isError(JsonNode answer) {
        String object = answer.path("object").asText();
        String type = answer.path("type").asText();
        if (object.equals("error") || type.equals("error")) {
            return true;
        }
        return !answer.has("choices")
                && !answer.has("content")
                && !answer.has("usage")
                && (saysSomething(answer.path("detail"))
                        || saysSomething(answer.path("errors"))
                        || (answer.path("message").isTextual() && saysSomething(answer.path("message"))));
    }

    /** Whether a field's value means something. Gateways fill {@code error} with empty strings and zeros when all is well. */
    static boolean saysSomething(JsonNode node) {
        if (node.isContainerNode()) {
            for (JsonNode each : node) {
                if (saysSomething(each)) {
                    return true;
                }
            }
            return false;
        }
        return node.isTextual()
                ? !node.asText().isBlank()
                        && !node.asText().equals("null")
                        && !node.asText().equals("0")
                : node.isNumber() ? node.asInt() != 0 : node.asBoolean();
    }

    private void collect(String name, JsonNode node, int depth) {
        if (depth > DEEPEST || words.length() > LONGEST_WORDS) {
            return;
        }
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                String key = field.getKey().toLowerCase(Locale.ROOT);
                if (!ASKED.contains(key) || (depth == 0 && key.equals("body"))) {
                    names.add(key);
                    moderated |= name.equals("metadata") && key.equals("reasons");
                    collect(key, field.getValue(), depth + 1);
                }
            }
        } else if (node.isArray()) {
            node.forEach(each -> collect(name, each, depth + 1));
        } else if (node.isTextual() || node.isNumber()) {
            String text = node.asText();
            if (CODES.contains(name) || name.equals("statuscode") || name.equals("status_code")) {
                codes.add(text.strip().toLowerCase(Locale.ROOT));
                readStatus(text.strip());
            }
            JsonNode within = node.isTextual() ? ReceivedJson.in(text) : MissingNode.getInstance();
            if (within.isMissingNode()) {
                say(text);
            } else {
                collect(name, within, depth + 1);
            }
        }
    }

    private void readStatus(String text) {
        if (status == 0 && text.length() == 3 && text.chars().allMatch(Character::isDigit)) {
            int number = Integer.parseInt(text);
            status = number >= 400 && number < 600 ? number : 0;
        }
    }

    private void say(String text) {
        int room = LONGEST_WORDS - words.length();
        if (room > 0) {
            words.append(text, 0, Math.min(room, text.length())).append('\n');
        }
    }

    /** Whether the API itself sent it, and not a proxy before the API. */
    boolean isTold() {
        return told;
    }

    /** Whether the body is no JSON: mostly a page for people. */
    boolean isPage() {
        return page;
    }

    /** Whether it is in HTML or XML. */
    boolean isMarkup() {
        return page && words.charAt(0) == '<';
    }

    /** Whether the provider's own moderation stopped the request. */
    boolean isModerated() {
        return moderated;
    }

    /** Whether it is one of these kinds, by its code or by a code in its words. */
    boolean says(Set<String> kinds) {
        if (kinds.stream().anyMatch(codes::contains)) {
            return true;
        }
        String text = words();
        return kinds.stream().anyMatch(kind -> kind.indexOf('_') > 0 && text.contains(kind));
    }

    /** Whether it names a field of the request, as a value, in a sentence, or as a field. */
    boolean names(String field) {
        return names.contains(field) || words.indexOf(field) >= 0;
    }

    /** Whether one of its values is exactly this. */
    boolean saysOnly(String value) {
        return words.toString().lines().anyMatch(value::equals);
    }

    /** Everything it says, in small letters. */
    String words() {
        return words.toString().toLowerCase(Locale.ROOT);
    }

    /** The status that it gives, or that its kind stands for. */
    int status(Map<String, Integer> kinds, int otherwise) {
        return status > 0
                ? status
                : codes.stream()
                        .map(kinds::get)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(otherwise);
    }
}
