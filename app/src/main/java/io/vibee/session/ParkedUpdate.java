package io.vibee.session;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;

/** The form in which a routed update lies in the session's journal, before it is encrypted. */
final class ParkedUpdate {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            // A newer version may have kept more.
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private ParkedUpdate() {}

    /**
     * What is for the operator lies in a field of its own; anything else was the only kind once, and has none around it.
     */
    private record ForOperator(OperatorUpdate operator) {}

    static String toJson(Route.Keepable route) {
        try {
            return switch (route) {
                case Route.Routed routed -> JSON.writeValueAsString(routed);
                case Route.ForOperator update -> JSON.writeValueAsString(new ForOperator(update.update()));
            };
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a routed update is always JSON", e);
        }
    }

    static Route.Keepable fromJson(String json) {
        try {
            JsonNode tree = JSON.readTree(json);
            return tree.has("operator")
                    ? new Route.ForOperator(
                            JSON.treeToValue(tree, ForOperator.class).operator())
                    : JSON.treeToValue(tree, Route.Routed.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a parked update can't be read", e);
        }
    }
}
