package io.vibee.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Base64;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** Routes that take JSON and answer with JSON or with a problem. */
abstract class JsonRoutes extends AllDirectives {
    /** A group's is negative. */
    static final Pattern TELEGRAM_ID = Pattern.compile("-?\\d{1,18}");

    private static final int MAX_TEXT_UNITS = 4096;
    private static final int MAX_BODY_BYTES = 3 * 1024 * 1024;

    /** A post or put of JSON. A form of another site could not send that without the browser asking here first. */
    final Route json(Function<JsonNode, Route> inner) {
        return withSizeLimit(
                MAX_BODY_BYTES,
                () -> extractStrictEntity(Duration.ofSeconds(5), entity -> {
                    JsonNode body = Json.parse(entity.getData().utf8String());
                    boolean isJson = entity.getContentType().mediaType().equals(MediaTypes.APPLICATION_JSON);
                    return isJson && body.isObject()
                            ? inner.apply(body)
                            : problem(400, "body: (expected: a JSON object)");
                }));
    }

    /** Hands on the text that somebody wrote, if it is one that Telegram would take. */
    final Route withText(JsonNode body, Function<String, Route> inner) {
        String text = body.path("text").asText("").strip();
        return text.isEmpty() || text.length() > MAX_TEXT_UNITS
                ? problem(400, "text: " + text.length() + " characters (expected: 1 to " + MAX_TEXT_UNITS + ")")
                : inner.apply(text);
    }

    /** Hands on the message that somebody wrote: a text, or a photo or voice, of which the body has the bytes in base64. */
    final Route withMessage(JsonNode body, Function<IncomingMessage, Route> inner) {
        if (!body.has("file")) {
            return withText(body, text -> inner.apply(IncomingMessage.text(text)));
        }
        ByteString file;
        try {
            file = ByteString.fromArray(
                    Base64.getDecoder().decode(body.path("file").asText()));
        } catch (IllegalArgumentException notBase64) {
            return problem(400, "file: (expected: base64)");
        }
        IncomingMessage caption =
                IncomingMessage.text(body.path("text").asText("").strip());
        return switch (body.path("kind").asText()) {
            case "photo" -> inner.apply(caption.with(new Media.Photo(file)));
            case "voice" ->
                inner.apply(
                        caption.with(new Media.Voice(file, body.path("seconds").asInt(1))));
            default -> problem(400, "kind: (expected: photo or voice)");
        };
    }

    final Route problem(int status, @Nullable String detail) {
        var body = Json.object()
                .put("type", "about:blank")
                .put("title", StatusCodes.get(status).reason())
                .put("status", status)
                .put("detail", detail);
        return complete(response(status, body));
    }

    final Route completeJson(int status, ObjectNode body) {
        return complete(response(status, body));
    }

    static HttpResponse response(int status, ObjectNode body) {
        return HttpResponse.create()
                .withStatus(StatusCodes.get(status))
                .withEntity(ContentTypes.APPLICATION_JSON, ByteString.fromString(Json.text(body)));
    }
}
