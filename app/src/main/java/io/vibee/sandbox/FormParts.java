package io.vibee.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** The parts of a form with files (RFC 7578). */
final class FormParts {
    private static final Pattern NAME = Pattern.compile("(?i)[; ]name=\"?([^\";\r\n]*)\"?");
    private static final Pattern FILE_NAME = Pattern.compile("(?i)[; ]filename=\"?([^\";\r\n]*)\"?");

    /** @param fileName null: a plain value */
    record Part(String name, @Nullable String fileName, ByteString content) {}

    private FormParts() {}

    /** Reads a body as one character a byte, which loses nothing. What is no part is left out. */
    static List<Part> of(ByteString body, String boundary) {
        String text = body.decodeString(StandardCharsets.ISO_8859_1);
        String[] pieces = ("\r\n" + text).split(Pattern.quote("\r\n--" + boundary), -1);
        List<Part> parts = new ArrayList<>();
        for (String piece : pieces) {
            int end = piece.indexOf("\r\n\r\n");
            Matcher name = NAME.matcher(piece.substring(0, Math.max(end, 0)));
            if (end >= 0 && name.find()) {
                Matcher fileName = FILE_NAME.matcher(piece.substring(0, end));
                parts.add(new Part(
                        name.group(1),
                        fileName.find() ? fileName.group(1) : null,
                        ByteString.fromArray(piece.substring(end + 4).getBytes(StandardCharsets.ISO_8859_1))));
            }
        }
        return parts;
    }
}
