package io.vibee.session;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
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

    static String toJson(Route.Routed routed) {
        try {
            return JSON.writeValueAsString(routed);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a routed update is always JSON", e);
        }
    }

    static Route.Routed fromJson(String json) {
        try {
            return JSON.readValue(json, Route.Routed.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a parked update can't be read", e);
        }
    }
}
