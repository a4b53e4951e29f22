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

/** {@code POST /messages} as Anthropic documents it, version 2023-06-01. */
final class AnthropicMessages implements WireFormat {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String VERSION = "2023-06-01";

    /** The format demands a bound; a reply in a chat is far below it. */
    private static final int MOST_TOKENS = 2048;

    /** The format wants a person to speak first. */
    private static final String EARLIER = "[The conversation began earlier.]";

    /** Errors inside a stream have a type and no status. */
    private static final Map<String, Integer> STATUS = Map.of(
            "invalid_request_error", 400,
            "authentication_error", 401,
            "billing_error", 402,
            "permission_error", 403,
            "not_found_error", 404,
            "request_too_large", 413,
            "rate_limit_error", 429,
            "timeout_error", 504,
            "overloaded_error", 529);

    @Override
    public URI address(Provider provider) {
        return provider.address("messages");
    }

    @Override
    public Map<String, String> headers(Provider provider) {
        return Map.of("x-api-key", provider.apiKey(), "anthropic-version", VERSION);
    }

    @Override
    public byte[] request(Provider provider, Prompt prompt) {
        ObjectNode request = JSON.createObjectNode()
                .put("model", provider.model())
                .put("max_tokens", MOST_TOKENS)
                .put("stream", true);
        if (!prompt.system().isBlank()) {
            request.put("system", prompt.system());
        }
        ArrayNode messages = request.putArray("messages");
        if (prompt.turns().getFirst().role() == Role.ASSISTANT) {
            messages.addObject().put("role", "user").put("content", EARLIER);
        }
        for (Turn turn : prompt.turns()) {
            messages.addObject()
                    .put("role", turn.role() == Role.USER ? "user" : "assistant")
                    .put("content", turn.words());
        }
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
        if (answer.path("type").asText().equals("error")) {
            return failed(answer.path("error"), "answered 200 with an error");
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode block : answer.path("content")) {
            if (block.path("type").asText().equals("text")) {
                text.append(block.path("text").asText());
            }
        }
        if (isDeclined(answer)) {
            return new Refused("declined to answer", Fault.CONTENT);
        }
        JsonNode usage = answer.path("usage");
        return text.toString().isBlank()
                ? new Retryable(CallOutcome.UNREADABLE, "sent an empty answer")
                : new Answer(
                        text.toString().strip(),
                        answer.path("model").asText(),
                        new Usage(
                                Math.max(0, usage.path("input_tokens").asLong()),
                                Math.max(0, usage.path("output_tokens").asLong())));
    }

    @Override
    public StreamedAnswer stream() {
        return new Streamed();
    }

    private static final class Streamed extends StreamedAnswer {

        @Override
        boolean accept(String data) {
            JsonNode event = Failures.parse(data);
            switch (event.path("type").asText()) {
                case "message_start" -> {
                    JsonNode message = event.path("message");
                    model(message.path("model"));
                    promptTokens(message.path("usage").path("input_tokens"));
                }
                case "content_block_delta" ->
                    append(event.path("delta").path("text").asText(""));
                case "message_delta" -> {
                    completionTokens(event.path("usage").path("output_tokens"));
                    if (isDeclined(event.path("delta"))) {
                        fail(new Refused("declined to answer", Fault.CONTENT));
                    }
                }
                case "message_stop" -> {
                    finish();
                    return true;
                }
                case "error" -> {
                    fail(failed(event.path("error"), "broke off with an error"));
                    return true;
                }
                default -> {}
            }
            return false;
        }
    }

    private static CallResult failed(JsonNode error, String cause) {
        return Failures.of(STATUS.getOrDefault(error.path("type").asText(), 500), error, null, cause);
    }

    private static boolean isDeclined(JsonNode answer) {
        return answer.path("stop_reason").asText().equals("refusal");
    }
}
