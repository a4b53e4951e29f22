package io.vibee.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.vibee.persistence.audit.AuditLog;
import io.vibee.protocol.crypto.Sealed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A stored event on its way to its owner. Clear text replaces what is encrypted in it, or null where that was erased. Secrets (tokens,
 * whole parked updates) are never opened.
 */
final class AuditPayload {

    /** Fields that are shown as null, by type of event. */
    private static final Map<String, Set<String>> SECRETS = Map.of(
            "session_connected", Set.of("token"),
            "token_replaced", Set.of("token"),
            "update_parked", Set.of("update"));

    /** Fields whose clear text is JSON, or whose own fields' clear text is. */
    private static final Set<String> JSON_INSIDE = Set.of("trigger_words", "names", "formats");

    private final AuditLog.Entry entry;
    private final JsonNode stored;
    private final List<Sealed> sealed = new ArrayList<>();

    private AuditPayload(AuditLog.Entry entry, JsonNode stored) {
        this.entry = entry;
        this.stored = stored;
        collect(stored);
    }

    /**
     * @param erased whether a text of it is gone
     */
    record Opened(JsonNode payload, boolean erased) {}

    static AuditPayload of(AuditLog.Entry entry) {
        JsonNode stored = parse(entry.json());
        if (stored instanceof ObjectNode object) {
            SECRETS.getOrDefault(EventTypes.name(entry.manifest()), Set.of())
                    .forEach(secret -> object.set(secret, NullNode.getInstance()));
        }
        return new AuditPayload(entry, stored);
    }

    AuditLog.Entry entry() {
        return entry;
    }

    /** The encrypted values that must be opened. */
    List<Sealed> sealed() {
        return sealed;
    }

    Opened open(Function<Sealed, Optional<String>> open) {
        boolean erased = sealed.stream().anyMatch(one -> open.apply(one).isEmpty());
        return new Opened(opened(stored, "", open), erased);
    }

    private void collect(JsonNode node) {
        Sealed found = sealed(node);
        if (found == null) {
            node.forEach(this::collect);
        } else {
            sealed.add(found);
        }
    }

    private static JsonNode opened(JsonNode node, String field, Function<Sealed, Optional<String>> open) {
        Sealed found = sealed(node);
        if (found != null) {
            return open.apply(found)
                    .<JsonNode>map(clear -> JSON_INSIDE.contains(field) ? parse(clear) : TextNode.valueOf(clear))
                    .orElse(NullNode.getInstance());
        }
        if (node instanceof ObjectNode object) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            object.properties()
                    .forEach(property -> copy.set(
                            property.getKey(),
                            opened(
                                    property.getValue(),
                                    JSON_INSIDE.contains(field) ? field : property.getKey(),
                                    open)));
            return copy;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            array.forEach(element -> copy.add(opened(element, field, open)));
            return copy;
        }
        return node;
    }

    /** Without its tokens, which are for prompts alone. */
    private static @Nullable Sealed sealed(JsonNode node) {
        return node.path("key_id").isTextual() && node.path("ciphertext").isTextual()
                ? new Sealed(
                        node.path("key_id").textValue(), node.path("ciphertext").textValue())
                : null;
    }

    private static JsonNode parse(String json) {
        try {
            return Json.MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            // Without its cause, which may contain what was read.
            throw new IllegalStateException("a stored event is not JSON");
        }
    }
}
