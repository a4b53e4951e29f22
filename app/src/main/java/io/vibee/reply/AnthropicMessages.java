package io.vibee.reply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.reply.CallResult.Retryable;
import io.vibee.reply.Prompt.Role;
import io.vibee.reply.ProviderTraits.Known;
import io.vibee.reply.ReplyObserver.CallOutcome;
import io.vibee.reply.ReplyOutcome.Usage;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code POST /messages} as Anthropic documents it, version 2023-06-01. */
final class AnthropicMessages implements WireFormat {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String VERSION = "2023-06-01";

    /** The format demands a limit. A reply in a chat stays far below it. */
    private static final int MOST_TOKENS = 2048;

    private static final Set<String> THOUGHTS =
            Set.of("thinking", "thinking_delta", "signature_delta", "redacted_thinking");

    /** Errors inside a stream have a type and no status. */
    private static final Map<String, Integer> STATUS = status();

    private static Map<String, Integer> status() {
        Map<String, Integer> status = new HashMap<>(FailureClassifier.STATUS);
        status.put("invalid_request_error", 400);
        return Map.copyOf(status);
    }

    @Override
    public URI address(Provider provider) {
        return provider.address("messages");
    }

    @Override
    public Map<String, String> headers(Provider provider) {
        return Map.of("x-api-key", provider.apiKey(), "anthropic-version", VERSION);
    }

    @Override
    public byte[] request(Provider provider, Prompt prompt, Known known) {
        ObjectNode request = JSON.createObjectNode()
                .put("model", provider.model())
                .put("max_tokens", MOST_TOKENS)
                .put("stream", true);
        if (!prompt.system().isBlank()) {
            request.put("system", prompt.system());
        }
        ArrayNode messages = request.putArray("messages");
        for (Prompt.Message message : prompt.messages()) {
            messages.addObject()
                    .put("role", message.role() == Role.USER ? "user" : "assistant")
                    .put("content", message.content());
        }
        return request.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public CallResult read(int status, BoundedBody.Read body, @Nullable Duration retryAfter, Known known) {
        if (status < 200 || status > 299) {
            return FailureClassifier.of(status, ProviderError.in(body), retryAfter, "answered " + status);
        }
        JsonNode answer = FailureClassifier.parse(body);
        if (answer.isMissingNode()) {
            return new Retryable(
                    CallOutcome.UNREADABLE, body.whole() ? "sent an unreadable answer" : "sent too long an answer");
        }
        ProviderError error = ProviderError.inside(answer, MissingNode.getInstance());
        if (error != ProviderError.NONE) {
            return failed(error, "answered 200 with an error");
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode block : answer.path("content")) {
            text.append(said(block));
        }
        JsonNode usage = answer.path("usage");
        return new WholeAnswer(
                        text.toString(),
                        Ending.of(answer.path("stop_reason")),
                        answer.path("model").asText(),
                        new Usage(
                                Math.max(0, usage.path("input_tokens").asLong()),
                                Math.max(0, usage.path("output_tokens").asLong())))
                .read(known);
    }

    @Override
    public StreamedAnswer stream(Known known) {
        return new Streamed(known);
    }

    private static final class Streamed extends StreamedAnswer {

        private Streamed(Known known) {
            super(known);
        }

        @Override
        boolean read(JsonNode event) {
            ProviderError error = ProviderError.inside(event, MissingNode.getInstance());
            if (error != ProviderError.NONE) {
                fail(failed(error));
                return true;
            }
            switch (event.path("type").asText()) {
                case "message_start" -> {
                    JsonNode message = event.path("message");
                    model(message.path("model"));
                    promptTokens(message.path("usage").path("input_tokens"));
                }
                case "content_block_start" -> block(event.path("content_block"));
                case "content_block_delta" -> block(event.path("delta"));
                case "message_delta" -> {
                    completionTokens(event.path("usage").path("output_tokens"));
                    end(Ending.of(event.path("delta").path("stop_reason")));
                }
                case "message_stop" -> {
                    end(isFinished() ? Ending.NONE : Ending.WHOLE);
                    return true;
                }
                default -> {}
            }
            return false;
        }

        private void block(JsonNode block) {
            append(said(block));
            if (THOUGHTS.contains(block.path("type").asText())) {
                thinks();
            }
        }

        @Override
        CallResult failed(ProviderError error) {
            return AnthropicMessages.failed(error, "broke off with an error");
        }
    }

    /** The text of a block, or of a piece of one. Thoughts have their own fields. */
    private static String said(JsonNode block) {
        return switch (block.path("type").asText()) {
            case "", "text", "text_delta" -> block.path("text").asText("");
            default -> "";
        };
    }

    private static CallResult failed(ProviderError error, String cause) {
        return FailureClassifier.of(error.status(STATUS, 500), error, null, cause);
    }
}
