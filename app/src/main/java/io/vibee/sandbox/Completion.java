package io.vibee.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** One chat completion in OpenAI's form. Tokens are counted as a quarter of the characters. */
record Completion(String id, long created, String model, String answer, int promptTokens, boolean usageInStream) {
    private static final AtomicLong IDS = new AtomicLong(1);
    /** A word with the space before it, roughly what a model streams at a time. */
    private static final Pattern PIECE = Pattern.compile("\\s*\\S+|\\s+$");

    /** What stands before the message to answer when people's messages and our notes were joined into one. */
    private static final Pattern BEFORE_MESSAGE =
            Pattern.compile("\\A.*?^\\[The message to answer[^\\n]*:]\\n", Pattern.DOTALL | Pattern.MULTILINE);

    static Completion of(JsonNode request, boolean echo) {
        List<JsonNode> messages = StreamSupport.stream(request.path("messages").spliterator(), false)
                .toList();
        String prompt = messages.stream()
                .map(message -> message.path("role").asText() + ": " + contentOf(message))
                .collect(Collectors.joining("\n"));
        String last = messages.stream()
                .filter(message -> message.path("role").asText().equals("user"))
                .reduce((earlier, later) -> later)
                .map(Completion::contentOf)
                .orElse("");
        return new Completion(
                "chatcmpl-sandbox-" + IDS.getAndIncrement(),
                Instant.now().getEpochSecond(),
                request.path("model").asText(),
                echo ? prompt : SmallTalk.answerTo(BEFORE_MESSAGE.matcher(last).replaceFirst("")),
                tokens(prompt),
                request.path("stream_options").path("include_usage").asBoolean(false));
    }

    static HttpResponse models() {
        ObjectNode list = Json.object().put("object", "list");
        list.putArray("data")
                .addObject()
                .put("id", "sandbox-small-talk")
                .put("object", "model")
                .put("owned_by", "sandbox");
        return json(list);
    }

    HttpResponse whole() {
        ObjectNode body = frame("chat.completion");
        ObjectNode choice = body.putArray("choices").addObject().put("index", 0);
        choice.putObject("message").put("role", "assistant").put("content", answer);
        choice.put("finish_reason", "stop");
        body.set("usage", usage());
        return json(body);
    }

    /**
     * The answer as events.
     *
     * @param pace how long each event takes
     */
    HttpResponse streamed(Duration pace) {
        var events = new ArrayList<ByteString>();
        events.add(event(Json.text(chunk(Json.object().put("role", "assistant").put("content", ""), null))));
        PIECE.matcher(answer)
                .results()
                .forEach(piece ->
                        events.add(event(Json.text(chunk(Json.object().put("content", piece.group()), null)))));
        events.add(event(Json.text(chunk(Json.object(), "stop"))));
        if (usageInStream) {
            ObjectNode last = frame("chat.completion.chunk");
            last.putArray("choices");
            last.set("usage", usage());
            events.add(event(Json.text(last)));
        }
        events.add(event("[DONE]"));
        Source<ByteString, NotUsed> source = Source.from(events);
        return HttpResponse.create()
                .withEntity(HttpEntities.createChunked(
                        MediaTypes.TEXT_EVENT_STREAM.toContentType(),
                        pace.isZero() ? source : source.throttle(1, pace)));
    }

    private ObjectNode chunk(ObjectNode delta, @Nullable String finishReason) {
        ObjectNode body = frame("chat.completion.chunk");
        ObjectNode choice = body.putArray("choices").addObject().put("index", 0);
        choice.set("delta", delta);
        choice.put("finish_reason", finishReason);
        return body;
    }

    private ObjectNode frame(String object) {
        return Json.object()
                .put("id", id)
                .put("object", object)
                .put("created", created)
                .put("model", model);
    }

    private ObjectNode usage() {
        int completionTokens = tokens(answer);
        return Json.object()
                .put("prompt_tokens", promptTokens)
                .put("completion_tokens", completionTokens)
                .put("total_tokens", promptTokens + completionTokens);
    }

    private static String contentOf(JsonNode message) {
        JsonNode content = message.path("content");
        if (!content.isArray()) {
            return content.asText("");
        }
        return StreamSupport.stream(content.spliterator(), false)
                .map(part -> part.path("text").asText(""))
                .collect(Collectors.joining());
    }

    private static int tokens(String text) {
        return (text.length() + 3) / 4;
    }

    private static ByteString event(String data) {
        return ByteString.fromString("data: " + data + "\n\n");
    }

    private static HttpResponse json(ObjectNode body) {
        return HttpResponse.create().withEntity(ContentTypes.APPLICATION_JSON, ByteString.fromString(Json.text(body)));
    }
}
