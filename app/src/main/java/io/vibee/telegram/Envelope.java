package io.vibee.telegram;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outer object of every answer of the Bot API. It cuts the results out as bytes without reading them, so that one strange update can't
 * spoil the ones beside it.
 */
final class Envelope {
    /** Depth costs nothing while skipping. The limit that protects applies when a part is read. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .build())
            .build();

    /** A part of the answer's bytes that holds one JSON value. */
    @SuppressWarnings("ArrayRecordComponent") // Slices are read once and never compared.
    record Slice(byte[] bytes, int from, int length) {
        JsonParser parser() throws IOException {
            return JSON.createParser(bytes, from, length);
        }
    }

    boolean ok;
    int errorCode;
    String description = "";

    @Nullable
    Long retryAfterSeconds;

    @Nullable
    Long migrateToChatId;

    @Nullable
    Slice result;

    private Envelope() {}

    /**
     * Reads an answer.
     *
     * @throws IOException if the bytes are not JSON, or not an object with {@code ok}
     */
    static Envelope read(byte[] bytes) throws IOException {
        var envelope = new Envelope();
        var sawOk = false;
        try (JsonParser parser = JSON.createParser(bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("not a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                parser.nextToken();
                switch (field) {
                    case "ok" -> {
                        sawOk = true;
                        envelope.ok = parser.getValueAsBoolean();
                    }
                    case "error_code" -> envelope.errorCode = parser.getValueAsInt();
                    case "description" -> envelope.description = textOf(parser);
                    case "parameters" -> envelope.readParameters(parser);
                    case "result" -> envelope.result = slice(parser, bytes);
                    default -> parser.skipChildren();
                }
            }
            if (parser.currentToken() != JsonToken.END_OBJECT) {
                throw new IOException("JSON ends early");
            }
        }
        if (!sawOk) {
            throw new IOException("no field ok");
        }
        return envelope;
    }

    /**
     * The elements of an array.
     *
     * @throws IOException if the slice does not hold an array
     */
    static List<Slice> elements(Slice array) throws IOException {
        try (JsonParser parser = array.parser()) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new IOException("not a JSON array");
            }
            var elements = new ArrayList<Slice>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                Slice element = slice(parser, array.bytes());
                // A parser over a part of an array counts from that part's start.
                elements.add(new Slice(array.bytes(), array.from() + element.from(), element.length()));
            }
            return elements;
        }
    }

    private void readParameters(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            if (value == JsonToken.VALUE_NUMBER_INT && field.equals("retry_after")) {
                retryAfterSeconds = parser.getLongValue();
            } else if (value == JsonToken.VALUE_NUMBER_INT && field.equals("migrate_to_chat_id")) {
                migrateToChatId = parser.getLongValue();
            } else {
                parser.skipChildren();
            }
        }
    }

    private static String textOf(JsonParser parser) throws IOException {
        String text = parser.getValueAsString("");
        parser.skipChildren();
        return text;
    }

    private static Slice slice(JsonParser parser, byte[] bytes) throws IOException {
        long from = parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken();
        long to = parser.currentLocation().getByteOffset();
        if (from < 0 || to < from) {
            throw new IOException("not UTF-8");
        }
        return new Slice(bytes, (int) from, (int) (to - from));
    }
}
