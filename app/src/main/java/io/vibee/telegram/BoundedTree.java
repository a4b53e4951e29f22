package io.vibee.telegram;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.protocol.text.Characters;
import java.io.IOException;

/**
 * Reads any JSON into a tree. It leaves out what lies deeper than {@value #DEEPEST} levels, and numbers that no {@code long} or
 * {@code double} holds. In texts it replaces what can't be stored. So a strange part costs only itself.
 */
final class BoundedTree {

    static final int DEEPEST = 100;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private BoundedTree() {}

    /** The next value; a {@link MissingNode} when it is left out. */
    static JsonNode read(JsonParser parser) throws IOException {
        JsonToken first = parser.nextToken();
        return first == null ? MissingNode.getInstance() : value(parser, first, 0);
    }

    private static JsonNode value(JsonParser parser, JsonToken token, int depth) throws IOException {
        return switch (token) {
            case START_OBJECT -> depth < DEEPEST ? object(parser, depth) : skipped(parser);
            case START_ARRAY -> depth < DEEPEST ? array(parser, depth) : skipped(parser);
            case VALUE_STRING -> NODES.textNode(Characters.storable(parser.getText()));
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser, token);
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            default -> MissingNode.getInstance();
        };
    }

    private static JsonNode skipped(JsonParser parser) throws IOException {
        parser.skipChildren();
        return MissingNode.getInstance();
    }

    private static JsonNode object(JsonParser parser, int depth) throws IOException {
        ObjectNode object = NODES.objectNode();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonNode value = value(parser, parser.nextToken(), depth + 1);
            if (!value.isMissingNode()) {
                object.set(name, value);
            }
        }
        return object;
    }

    private static JsonNode array(JsonParser parser, int depth) throws IOException {
        ArrayNode array = NODES.arrayNode();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token == null) {
                throw new IOException("JSON ends early");
            }
            JsonNode value = value(parser, token, depth + 1);
            if (!value.isMissingNode()) {
                array.add(value);
            }
        }
        return array;
    }

    private static JsonNode number(JsonParser parser, JsonToken token) {
        try {
            return token == JsonToken.VALUE_NUMBER_INT
                    ? NODES.numberNode(parser.getLongValue())
                    : NODES.numberNode(parser.getDoubleValue());
        } catch (IOException tooLarge) {
            return MissingNode.getInstance();
        }
    }
}
