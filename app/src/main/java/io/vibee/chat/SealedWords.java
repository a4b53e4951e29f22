package io.vibee.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.crypto.TextCipher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A list of words under one seal: a JSON array, encrypted. */
final class SealedWords {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<List<String>> WORDS = new TypeReference<>() {};

    private SealedWords() {}

    static @Nullable Sealed seal(TextCipher key, List<String> words) {
        try {
            return words.isEmpty() ? null : key.seal(JSON.writeValueAsString(words));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a list of strings is always JSON", e);
        }
    }

    /** The words, none when there are none or when their key was erased. */
    static List<String> open(TextCipher key, @Nullable Sealed sealed) {
        if (sealed == null) {
            return List.of();
        }
        return key.open(sealed).map(SealedWords::parse).orElse(List.of());
    }

    private static List<String> parse(String json) {
        try {
            return JSON.readValue(json, WORDS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("sealed words are no JSON array of strings", e);
        }
    }
}
