package io.vibee.reply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.reply.CallResult.Answer;
import io.vibee.reply.CallResult.Fault;
import io.vibee.reply.CallResult.Refused;
import io.vibee.reply.CallResult.Retryable;
import io.vibee.reply.Prompt.Role;
import io.vibee.reply.Prompt.Turn;
import io.vibee.reply.ReplyObserver.CallOutcome;
import io.vibee.reply.ReplyOutcome.Usage;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /chat/completions} as OpenAI documents it, with what OpenRouter adds: an error told inside a 200 or inside a stream,
 * and comments that keep a stream open.
 */
final class ChatCompletions implements WireFormat {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String END = "[DONE]";

    @Override
    public URI address(Provider provider) {
        return provider.address("chat/completions");
    }

    @Override
    public Map<String, String> headers(Provider provider) {
        return Map.of("Authorization", "Bearer " + provider.apiKey());
    }

    @Override
    public byte[] request(Provider provider, Prompt prompt) {
        ObjectNode request = JSON.createObjectNode().put("model", provider.model());
        ArrayNode messages = request.putArray("messages");
        messages.addObject().put("role", "system").put("content", prompt.system());
        for (Turn turn : prompt.turns()) {
            messages.addObject()
                    .put("role", turn.role() == Role.USER ? "user" : "assistant")
                    .put("content", turn.words());
        }
        request.put("stream", true).putObject("stream_options").put("include_usage", true);
        // By way of a string: it lets half a surrogate pair pass as '?', where Jackson's UTF-8 writer would refuse it.
        return request.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public CallResult read(int status, BoundedBody.Read body, @Nullable Duration retryAfter) {
        JsonNode answer = Failures.parse(body);
        if (status != 200) {
            return Failures.of(status, answer.path("error"), retryAfter, "answered " + status);
        }
        if (answer.isMissingNode()) {
            return new Retryable(
                    CallOutcome.UNREADABLE, body.whole() ? "sent an unreadable answer" : "sent too long an answer");
        }
        JsonNode choice = answer.path("choices").path(0);
        JsonNode error = errorIn(answer, choice);
        if (isSaid(error)) {
            return Failures.of(error.path("code").asInt(500), error, retryAfter, "answered 200 with an error");
        }
        JsonNode message = choice.path("message");
        String text = said(message.path("content"));
        if (!text.isBlank()) {
            return new Answer(text.strip(), answer.path("model").asText(), usage(answer.path("usage")));
        }
        return isDeclined(message, choice)
                ? new Refused("declined to answer", Fault.CONTENT)
                : new Retryable(CallOutcome.UNREADABLE, "sent an empty answer");
    }

    @Override
    public StreamedAnswer stream() {
        return new Streamed();
    }

    private static final class Streamed extends StreamedAnswer {

        @Override
        boolean accept(String data) {
            if (data.strip().equals(END)) {
                finish();
                return true;
            }
            JsonNode event = Failures.parse(data);
            JsonNode choice = event.path("choices").path(0);
            JsonNode error = errorIn(event, choice);
            if (isSaid(error)) {
                fail(Failures.of(error.path("code").asInt(500), error, null, "broke off with an error"));
                return true;
            }
            model(event.path("model"));
            promptTokens(event.path("usage").path("prompt_tokens"));
            completionTokens(event.path("usage").path("completion_tokens"));
            append(said(choice.path("delta").path("content")));
            if (isDeclined(choice.path("delta"), choice)) {
                fail(new Refused("declined to answer", Fault.CONTENT));
            }
            if (isSaid(choice.path("finish_reason"))) {
                finish();
            }
            return false;
        }
    }

    private static JsonNode errorIn(JsonNode answer, JsonNode choice) {
        return isSaid(answer.path("error")) ? answer.path("error") : choice.path("error");
    }

    private static boolean isDeclined(JsonNode message, JsonNode choice) {
        return isSaid(message.path("refusal"))
                || "content_filter".equals(choice.path("finish_reason").asText());
    }

    private static boolean isSaid(JsonNode node) {
        return !node.isMissingNode() && !node.isNull();
    }

    /** Mostly a string; some gateways send a list of parts. */
    private static String said(JsonNode content) {
        if (!content.isArray()) {
            return content.isTextual() ? content.asText() : "";
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            if ("text".equals(part.path("type").asText())) {
                text.append(part.path("text").asText(""));
            }
        }
        return text.toString();
    }

    private static Usage usage(JsonNode usage) {
        return new Usage(
                Math.max(0, usage.path("prompt_tokens").asLong()),
                Math.max(0, usage.path("completion_tokens").asLong()));
    }
}
