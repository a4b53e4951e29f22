package io.vibee.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * A Bot API call's parameters. In a query or a form all of them are text, also numbers and lists.
 *
 * @param files those that came with a form; the value of each is its name
 */
record Params(ObjectNode values, Map<String, ByteString> files) {

    Params(ObjectNode values) {
        this(values, Map.of());
    }

    /** The same as if this parameter had not been given. */
    Params without(String name) {
        return new Params(values.<ObjectNode>deepCopy().without(name), files);
    }

    String text(String name) {
        return values.path(name).asText("");
    }

    boolean has(String name) {
        return !text(name).isEmpty() || values.path(name).isContainerNode();
    }

    boolean flag(String name) {
        return values.path(name).asBoolean(false);
    }

    long number(String name, long otherwise) {
        if (!has(name)) {
            return otherwise;
        }
        try {
            return Long.parseLong(text(name).strip());
        } catch (NumberFormatException notANumber) {
            throw BotApiRefusal.badRequest("invalid " + name + " specified");
        }
    }

    @Nullable
    Integer smallNumber(String name) {
        return has(name) ? Integer.valueOf((int) number(name, 0)) : null;
    }

    /** An object or list; in a form it is written as JSON text. */
    JsonNode tree(String name) {
        JsonNode value = values.path(name);
        return value.isTextual() ? Json.parse(value.textValue()) : value;
    }

    @Nullable
    Set<String> names(String name) {
        JsonNode list = tree(name);
        if (!list.isArray()) {
            return null;
        }
        var names = new HashSet<String>();
        list.forEach(element -> names.add(element.asText()));
        return names;
    }
}
