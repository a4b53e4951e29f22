package io.vibee.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.crypto.TextCipher;
import io.vibee.protocol.session.TextEntity;
import io.vibee.telegram.FormattedText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the parts of a text are shown, each under a seal: a JSON array of entities, encrypted, since a link tells what was said. */
final class SealedFormats {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private static final TypeReference<List<TextEntity>> ENTITIES = new TypeReference<>() {};

    private SealedFormats() {}

    /** By a part's number, from 0; nothing for a part that is plain. */
    static Map<Integer, Sealed> seal(TextCipher key, List<FormattedText> parts) {
        Map<Integer, Sealed> formats = new HashMap<>();
        for (int part = 0; part < parts.size(); part++) {
            if (!parts.get(part).entities().isEmpty()) {
                formats.put(part, key.seal(json(parts.get(part).entities())));
            }
        }
        return formats;
    }

    /** The entities, none when there are none or when their key was erased. */
    static List<TextEntity> open(TextCipher key, @Nullable Sealed sealed) {
        if (sealed == null) {
            return List.of();
        }
        return key.open(sealed).map(SealedFormats::parse).orElse(List.of());
    }

    private static String json(List<TextEntity> entities) {
        try {
            return JSON.writeValueAsString(entities);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("entities can always be written as JSON", e);
        }
    }

    private static List<TextEntity> parse(String json) {
        try {
            return JSON.readValue(json, ENTITIES);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a sealed format is no JSON array of entities", e);
        }
    }
}
