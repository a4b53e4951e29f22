package io.vibee.reply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.reply.CallResult.Retryable;
import io.vibee.reply.CallResult.Unsupported;
import io.vibee.reply.Prompt.Role;
import io.vibee.reply.ProviderTraits.Known;
import io.vibee.reply.ProviderTraits.Option;
import io.vibee.reply.ReplyObserver.CallOutcome;
import io.vibee.reply.ReplyOutcome.Usage;
import java.net.URI;
import java.nio.charset.StandardCharsets;
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
final class ChatCompletions implements WireFormat {
    private static final ObjectMapper JSON = new ObjectMapper();

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
    public URI address(Provider provider) {
        return provider.address("chat/completions");
    }

    @Override
    public Map<String, String> headers(Provider provider) {
        return Map.of("Authorization", "Bearer " + provider.apiKey());
    }

    @Override
    public byte[] request(Provider provider, Prompt prompt, Known known) {
        ObjectNode request = JSON.createObjectNode().put("model", provider.model());
        ArrayNode messages = request.putArray("messages");
        messages.addObject().put("role", "system").put("content", prompt.system());
        for (Prompt.Message message : prompt.messages()) {
            messages.addObject()
                    .put("role", message.role() == Role.USER ? "user" : "assistant")
                    .put("content", message.content());
        }
        if (known.streamed()) {
            request.put("stream", true);
        }
        if (known.usage()) {
            request.putObject("stream_options").put("include_usage", true);
        }
        // Through a string, which turns half a surrogate pair into '?'. Jackson's UTF-8 writer would refuse it.
        return request.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public CallResult read(int status, BoundedBody.Read body, @Nullable Duration retryAfter, Known known) {
        if (status < 200 || status > 299) {
            return failed(status, ProviderError.in(body), retryAfter, "answered " + status, known);
        }
        JsonNode answer = FailureClassifier.parse(body);
        if (answer.isMissingNode()) {
            return new Retryable(
                    CallOutcome.UNREADABLE, body.whole() ? "sent an unreadable answer" : "sent too long an answer");
        }
        JsonNode choice = choice(answer);
        ProviderError error = ProviderError.inside(answer, choice);
        if (error != ProviderError.NONE) {
            return failed(
                    error.status(FailureClassifier.STATUS, 500),
                    error,
                    retryAfter,
                    "answered 200 with an error",
                    known);
        }
        JsonNode message = choice.path("message");
        String text = said(message.path("content"));
        Ending ending = Ending.of(choice.path("finish_reason"));
        return text.isBlank() && isDeclined(message)
                ? WholeAnswer.declined()
                : new WholeAnswer(
                                text.isEmpty() ? choice.path("text").asText("") : text,
                                ending,
                                answer.path("model").asText(),
                                usage(answer.path("usage")))
                        .read(known);
    }

    @Override
    public StreamedAnswer stream(Known known) {
        return new Streamed(known);
    }

    private static final class Streamed extends StreamedAnswer {
        private final Known known;

        private Streamed(Known known) {
            super(known);
            this.known = known;
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
            return ChatCompletions.failed(error.status(FailureClassifier.STATUS, 500), error, null, BROKE_OFF, known);
        }
    }

    private static CallResult failed(
            int status, ProviderError error, @Nullable Duration retryAfter, String cause, Known known) {
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
        return FailureClassifier.of(status, error, retryAfter, cause);
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
