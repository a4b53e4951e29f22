package io.vibee.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import org.apache.pekko.util.ByteString;

/** What a message carries beside or in the place of its text. */
public sealed interface Media {

    /** A picture; every size of it has the same bytes. */
    record Photo(ByteString jpeg) implements Media {
        /** One pixel, for who needs no certain picture. */
        static final Photo SMALLEST = new Photo(ByteString.fromArray(Base64.getDecoder()
                .decode(
                        "/9j/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/yQALCAABAAEB"
                                + "AREA/8wABgAQEAX/2gAIAQEAAD8A0s8g/9k=")));
    }

    /**
     * A voice message.
     *
     * @param ogg Opus sound in an Ogg file, or anything that somebody says is so
     * @param seconds how long it is by its sender's word
     */
    record Voice(ByteString ogg, int seconds) implements Media {}

    /**
     * Anything else, in the form of the Bot API.
     *
     * @param field of {@code Message}, as {@code location} or {@code sticker}
     * @param json what it holds
     */
    record Other(String field, String json) implements Media {}

    /** Puts it into a message, which then lacks only its caption. */
    default void putInto(ObjectNode message, SandboxFiles files) {
        switch (this) {
            case Photo photo -> message.set("photo", sizes(files.put("photos", "jpg", photo.jpeg)));
            case Voice voice -> message.set("voice", voice(files.put("voice", "oga", voice.ogg), voice.seconds));
            case Other other -> message.set(other.field, content(other.json));
        }
    }

    private static JsonNode content(String json) {
        JsonNode content = Json.parse(json);
        if (content.isMissingNode()) {
            throw new IllegalArgumentException("content: " + json + " (expected: JSON)");
        }
        return content;
    }

    private static ArrayNode sizes(SandboxFiles.Stored file) {
        ArrayNode sizes = Json.array();
        int[] edges = {90, 320, 800};
        for (int edge : edges) {
            sizes.addObject()
                    .put("file_id", file.id() + "-" + edge)
                    .put("file_unique_id", file.uniqueId() + "-" + edge)
                    .put("width", edge)
                    .put("height", edge * 3 / 4)
                    .put("file_size", file.content().size());
        }
        return sizes;
    }

    private static ObjectNode voice(SandboxFiles.Stored file, int seconds) {
        return Json.object()
                .put("file_id", file.id())
                .put("file_unique_id", file.uniqueId())
                .put("duration", seconds)
                .put("mime_type", "audio/ogg")
                .put("file_size", file.content().size());
    }
}
