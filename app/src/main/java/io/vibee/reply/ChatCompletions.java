package io.vibee.reply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.reply.CallResult.Unsupported;
import io.vibee.reply.ProviderTraits.Known;
import io.vibee.reply.ProviderTraits.Option;
import io.vibee.reply.ReplyOutcome.Usage;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /chat/completions} as OpenAI documents it, and as others interpret it: an error inside a 200 or inside a stream, comments
 * that keep a stream open, thoughts in their own fields, a text in parts.
 */
final class ChatCompletions extends WireFormat {
    /** Fields that carry thoughts: DeepSeek's and vLLM's, OpenRouter's, Ollama's. */
    private static final Set<String> THOUGHTS =
            Set.of("reasoning_content", "reasoning", "reasoning_details", "thinking");

    private static final Set<String> THOUGHT_PARTS = Set.of("thinking", "reasoning", "redacted_thinking");

    /** How a server says that it doesn't stream, or not for us. OpenAI says it to an organization that it has not verified. */
    private static final Pattern NO_STREAM = Pattern.compile(
            "'stream' does not support|verified to stream"
                    + "|\\bstream(?:ing|s)?[\"'`]?(?: (?:mode|requests?|responses?|completions?|option|parameter|true|is|are|does)){0,5}"
                    + " ?(?:not|isn't|aren't|un)\\s?(?:yet |currently |be )?(?:support|allow|available|enabled|permit)"
                    + "|(?:not|n't|un)\\s?(?:support|allow|permit)\\w*(?: for| the| parameter| value| option|:)*[\"'` ]+stream(?:ing)?\\b");

    private static final String BROKE_OFF = "broke off with an error";

    @Override
    URI address(Provider provider) {
        return provider.address("chat/completions");
    }

    @Override
    Map<String, String> headers(Provider provider) {
        return Map.of("Authorization", "Bearer " + provider.apiKey());
    }

    @Override
    void fill(ObjectNode request, Prompt prompt, Known known) {
        ArrayNode messages = request.putArray("messages");
        messages.addObject().put("role", "system").put("content", prompt.system());
        addConversation(messages, prompt);
        if (known.streamed()) {
            request.put("stream", true);
        }
        if (known.usage()) {
            request.putObject("stream_options").put("include_usage", true);
        }
    }

    @Override
    ProviderError error(JsonNode answer) {
        return ProviderError.inside(answer, choice(answer));
    }

    @Override
    WholeAnswer whole(JsonNode answer) {
        JsonNode choice = choice(answer);
        JsonNode message = choice.path("message");
        String text = said(message.path("content"));
        return new WholeAnswer(
                text.isEmpty() ? choice.path("text").asText("") : text,
                text.isBlank() && isDeclined(message) ? Ending.DECLINED : Ending.of(choice.path("finish_reason")),
                answer.path("model").asText(),
                usage(answer.path("usage")));
    }

    @Override
    StreamedAnswer stream(Known known) {
        return new Chunks(known);
    }

    /** OpenAI's name for the events of a completion. */
    private final class Chunks extends StreamedAnswer {
        private Chunks(Known known) {
            super(known);
        }

        @Override
        boolean read(JsonNode event) {
            JsonNode choice = choice(event);
            ProviderError error = ProviderError.inside(event, choice);
            if (error != ProviderError.NONE) {
                fail(failed(error));
                return true;
            }
            model(event.path("model"));
            promptTokens(event.path("usage").path("prompt_tokens"));
            completionTokens(event.path("usage").path("completion_tokens"));
            JsonNode delta = choice.path("delta");
            if (delta.isObject()) {
                append(said(delta.path("content")));
            } else if (length() == 0) {
                // The whole of it in one event.
                delta = choice.path("message");
                append(said(delta.path("content")));
            }
            append(choice.path("text").asText(""));
            if (isThought(delta)) {
                thinks();
            }
            if (isDeclined(delta)) {
                end(Ending.DECLINED);
            }
            end(Ending.of(choice.path("finish_reason")));
            return false;
        }

        @Override
        CallResult failed(ProviderError error) {
            return ChatCompletions.this.failed(error, null, BROKE_OFF, known);
        }
    }

    @Override
    CallResult failed(ProviderError error, @Nullable Duration retryAfter, String cause, Known known) {
        return failed(error.status(FailureClassifier.STATUS, 500), error, retryAfter, cause, known);
    }

    @Override
    CallResult failed(int status, ProviderError error, @Nullable Duration retryAfter, String cause, Known known) {
        boolean ofRequest = status == 400 || status == 403 || status == 405 || status == 422 || status >= 500;
        if (ofRequest && known.usage() && (error.names("stream_options") || error.names("include_usage"))) {
            return new Unsupported(cause + " (stream_options refused)", Option.USAGE);
        }
        if (ofRequest
                && status < 500
                && known.streamed()
                && (error.saysOnly("stream") || NO_STREAM.matcher(error.words()).find())) {
            return new Unsupported(cause + " (stream refused)", Option.STREAM);
        }
        return super.failed(status, error, retryAfter, cause, known);
    }

    /** The choice that was asked for. Some servers send more of them, or in another order. */
    private static JsonNode choice(JsonNode answer) {
        for (JsonNode choice : answer.path("choices")) {
            if (choice.path("index").asInt(0) == 0) {
                return choice;
            }
        }
        return MissingNode.getInstance();
    }

    private static boolean isDeclined(JsonNode message) {
        JsonNode refusal = message.path("refusal");
        return refusal.isTextual() && !refusal.asText().isBlank();
    }

    private static boolean isThought(JsonNode delta) {
        return THOUGHTS.stream().anyMatch(field -> ProviderError.saysSomething(delta.path(field)))
                || parts(delta.path("content"))
                        .anyMatch(
                                part -> THOUGHT_PARTS.contains(part.path("type").asText()));
    }

    /** Mostly a string. Some servers send a list of parts, and some parts may be thoughts. */
    private static String said(JsonNode content) {
        if (content.isTextual()) {
            return content.asText();
        }
        StringBuilder text = new StringBuilder();
        parts(content)
                .filter(ChatCompletions::isText)
                .forEach(part -> text.append(
                        part.isTextual() ? part.asText() : part.path("text").asText("")));
        return text.toString();
    }

    private static Stream<JsonNode> parts(JsonNode content) {
        return content.isArray() ? content.valueStream() : content.isObject() ? Stream.of(content) : Stream.of();
    }

    private static boolean isText(JsonNode part) {
        return switch (part.path("type").asText("")) {
            case "", "text", "output_text", "text_delta" ->
                !part.path("thought").asBoolean(false);
            default -> false;
        };
    }

    private static Usage usage(JsonNode usage) {
        return new Usage(
                Math.max(0, usage.path("prompt_tokens").asLong()),
                Math.max(0, usage.path("completion_tokens").asLong()));
    }
}
