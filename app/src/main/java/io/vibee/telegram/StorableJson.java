package io.vibee.telegram;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StringDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import io.vibee.protocol.text.Characters;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads Telegram's JSON. In every string, in objects and in trees, U+FFFD replaces what can't be stored. A string keeps its length in
 * UTF-16 units, and entities keep their places.
 */
final class StorableJson {

    private StorableJson() {}

    static JsonMapper.Builder mapper() {
        return JsonMapper.builder()
                .addModule(new SimpleModule("storable-strings").addDeserializer(String.class, new StorableString()))
                .nodeFactory(new StorableNodes());
    }

    private static final class StorableString extends StringDeserializer {

        private static final long serialVersionUID = 1L;

        @Override
        @SuppressWarnings("NullAway") // A JSON null is a null here as in Jackson's own.
        public String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            @Nullable String text = super.deserialize(parser, context);
            return text == null ? null : Characters.storable(text);
        }
    }

    private static final class StorableNodes extends JsonNodeFactory {

        private static final long serialVersionUID = 1L;

        @Override
        @SuppressWarnings("NullAway")
        public TextNode textNode(@Nullable String text) {
            return super.textNode(text == null ? null : Characters.storable(text));
        }
    }
}
