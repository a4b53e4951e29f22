package io.vibee.reply;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Finds the JSON object in what a provider sent; of a list, the first. Where there is none, it gives a missing node. */
final class ReceivedJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ReceivedJson() {}

    static JsonNode in(BoundedBody.Read body) {
        return body.whole() ? in(body.bytes()) : JSON.missingNode();
    }

    static JsonNode in(String text) {
        String begin = text.stripLeading();
        if (begin.isEmpty() || (begin.charAt(0) != '{' && begin.charAt(0) != '[')) {
            return JSON.missingNode();
        }
        try {
            return objectOrMissing(JSON.readTree(begin));
        } catch (JacksonException unreadable) {
            return JSON.missingNode();
        }
    }

    private static JsonNode in(byte[] bytes) {
        try {
            return objectOrMissing(JSON.readTree(bytes));
        } catch (JacksonException unreadable) {
            return JSON.missingNode();
        } catch (IOException impossible) {
            throw new AssertionError("reading from memory", impossible);
        }
    }

    private static JsonNode objectOrMissing(@Nullable JsonNode node) {
        JsonNode one = node != null && node.isArray() ? node.path(0) : node;
        return one != null && one.isObject() ? one : JSON.missingNode();
    }
}
