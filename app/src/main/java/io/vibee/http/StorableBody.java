package io.vibee.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.vibee.protocol.text.Characters;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Refuses a JSON body with characters that can't be stored (NUL, and halves of surrogate pairs), at any depth and also in names. It names
 * each place by its pointer. If the text isn't JSON at all, whoever reads it refuses it.
 */
final class StorableBody {

    static final String EXPECTED = "whole characters other than NUL (U+0000)";

    private static final int MOST_SHOWN = 20;
    private static final int LONGEST_POINTER = 256;

    private StorableBody() {}

    /**
     * Refuses a body in which a text holds what can't be stored. What is no JSON it leaves to others.
     *
     * @param body reads the same bytes
     */
    static void check(JsonParser body, byte[] bytes) {
        if (!mayHold(bytes)) {
            return;
        }
        Set<String> pointers = new LinkedHashSet<>();
        try (JsonParser parser = body) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                boolean text = token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME;
                if (text && pointers.size() < MOST_SHOWN && !Characters.areStorable(parser.getText())) {
                    pointers.add(pointer(parser));
                }
            }
        } catch (IOException malformed) {
            return;
        }
        Violations violations = new Violations();
        pointers.forEach(pointer -> violations.body(false, pointer, EXPECTED));
        violations.refuseIfAny();
    }

    /** Such characters come escaped, in rare bytes of UTF-8, or in another encoding than UTF-8. */
    private static boolean mayHold(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            boolean escape = bytes[i] == '\\' && i + 1 < bytes.length && bytes[i + 1] == 'u';
            if (escape || bytes[i] == (byte) 0xED || bytes[i] == 0) {
                return true;
            }
        }
        return false;
    }

    private static String pointer(JsonParser parser) {
        return Characters.storable(parser.getParsingContext().pathAsPointer().toString(), LONGEST_POINTER);
    }
}
