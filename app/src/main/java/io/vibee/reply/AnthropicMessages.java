package io.vibee.reply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.reply.ProviderTraits.Known;
import io.vibee.reply.ReplyOutcome.Usage;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code POST /messages} as Anthropic documents it, version 2023-06-01. */
final class AnthropicMessages extends WireFormat {
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
    URI address(Provider provider) {
        return provider.address("messages");
    }

    @Override
    Map<String, String> headers(Provider provider) {
        return Map.of("x-api-key", provider.apiKey(), "anthropic-version", VERSION);
    }

    @Override
    void fill(ObjectNode request, Prompt prompt, Known known) {
        request.put("max_tokens", MOST_TOKENS).put("stream", true);
        if (!prompt.system().isBlank()) {
            request.put("system", prompt.system());
        }
        addConversation(request.putArray("messages"), prompt);
    }

    @Override
    ProviderError error(JsonNode answer) {
        return ProviderError.inside(answer, MissingNode.getInstance());
    }

    @Override
    WholeAnswer whole(JsonNode answer) {
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
                        Math.max(0, usage.path("output_tokens").asLong())));
    }

    @Override
    StreamedAnswer stream(Known known) {
        return new MessageEvents(known);
    }

    private final class MessageEvents extends StreamedAnswer {
        private MessageEvents(Known known) {
            super(known);
        }

        @Override
        boolean read(JsonNode event) {
            ProviderError error = error(event);
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
            return AnthropicMessages.this.failed(error, null, "broke off with an error", known);
        }
    }

    /** The text of a block, or of a piece of one. Thoughts have their own fields. */
    private static String said(JsonNode block) {
        return switch (block.path("type").asText()) {
            case "", "text", "text_delta" -> block.path("text").asText("");
            default -> "";
        };
    }

    /** Leaves {@code retryAfter} out: Anthropic sends it only beside the status of a failure. */
    @Override
    CallResult failed(ProviderError error, @Nullable Duration retryAfter, String cause, Known known) {
        return FailureClassifier.of(error.status(STATUS, 500), error, null, cause);
    }
}
