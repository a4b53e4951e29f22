package io.vibee.reply;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.reply.CallResult.Answer;
import io.vibee.reply.CallResult.Final;
import io.vibee.reply.CallResult.Retryable;
import io.vibee.reply.Prompt.Role;
import io.vibee.reply.Prompt.Turn;
import io.vibee.reply.ReplyObserver.CallOutcome;
import io.vibee.reply.ReplyOutcome.Usage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The wire format of {@code POST /chat/completions} as OpenAI documents it, with what OpenRouter adds: an error told
 * inside a 200. Nothing of a body ever gets into a cause.
 */
final class ChatCompletions {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** OpenAI's 429s that say that money, not time, is short: waiting doesn't help. */
    private static final Set<String> OUT_OF_CREDIT = Set.of(
            "insufficient_quota",
            "billing_hard_limit_reached",
            "credit_balance_exhausted",
            "organization_spend_limit_exceeded",
            "project_spend_limit_exceeded",
            "organization_usage_limit_exceeded");

    private ChatCompletions() {}

    static byte[] request(String model, Prompt prompt) {
        ObjectNode request = JSON.createObjectNode().put("model", model);
        ArrayNode messages = request.putArray("messages");
        messages.addObject().put("role", "system").put("content", prompt.system());
        for (Turn turn : prompt.turns()) {
            messages.addObject()
                    .put("role", turn.role() == Role.USER ? "user" : "assistant")
                    .put("content", content(turn));
        }
        // By way of a string: it lets half a surrogate pair pass as '?', where Jackson's UTF-8 writer would refuse it.
        return request.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The format's own {@code name} allows no spaces and nothing much beyond ASCII, so names go into the text. */
    private static String content(Turn turn) {
        return turn.name() == null ? turn.text() : turn.name() + ": " + turn.text();
    }

    static CallResult read(int status, BoundedBody.Read body, @Nullable Duration retryAfter) {
        if (status != 200) {
            return failed(status, parse(body), retryAfter, "answered " + status);
        }
        JsonNode answer = parse(body);
        if (answer == null) {
            return new Retryable(
                    CallOutcome.UNREADABLE, body.whole() ? "sent an unreadable answer" : "sent too long an answer");
        }
        JsonNode choice = answer.path("choices").path(0);
        if (isSaid(answer.path("error")) || isSaid(choice.path("error"))) {
            JsonNode error = isSaid(answer.path("error")) ? answer : choice;
            int code = error.path("error").path("code").asInt(500);
            return failed(code, error, retryAfter, "answered 200 with an error");
        }
        JsonNode message = choice.path("message");
        String text = text(message.path("content"));
        if (!text.isBlank()) {
            return new Answer(text.strip(), answer.path("model").asText(), usage(answer.path("usage")));
        }
        if (isSaid(message.path("refusal"))
                || "content_filter".equals(choice.path("finish_reason").asText())) {
            return new Final("declined to answer");
        }
        return new Retryable(CallOutcome.UNREADABLE, "sent an empty answer");
    }

    private static CallResult failed(int status, @Nullable JsonNode body, @Nullable Duration retryAfter, String cause) {
        if (status == 429) {
            return isOutOfCredit(body)
                    ? new Final(cause + " (out of credit)")
                    : new Retryable(CallOutcome.RATE_LIMITED, cause + " (rate limit)", retryAfter);
        }
        if (status == 408) {
            return new Retryable(CallOutcome.TIMED_OUT, cause, retryAfter);
        }
        return status >= 500
                ? new Retryable(CallOutcome.PROVIDER_ERROR, cause, retryAfter)
                : new Final(cause + reason(status));
    }

    private static String reason(int status) {
        return switch (status) {
            case 400 -> " (bad request)";
            case 401 -> " (key refused)";
            case 402 -> " (out of credit)";
            case 403 -> " (forbidden)";
            case 404 -> " (no such model or address)";
            case 413 -> " (request too large)";
            default -> "";
        };
    }

    private static boolean isOutOfCredit(@Nullable JsonNode body) {
        return body != null
                && (OUT_OF_CREDIT.contains(body.path("error").path("code").asText())
                        || OUT_OF_CREDIT.contains(
                                body.path("error").path("type").asText()));
    }

    private static @Nullable JsonNode parse(BoundedBody.Read body) {
        if (!body.whole()) {
            return null;
        }
        try {
            JsonNode node = JSON.readTree(body.bytes());
            return node != null && node.isObject() ? node : null;
        } catch (JacksonException unreadable) {
            return null;
        } catch (IOException impossible) {
            throw new AssertionError("reading from memory", impossible);
        }
    }

    private static boolean isSaid(JsonNode node) {
        return !node.isMissingNode() && !node.isNull();
    }

    /** Mostly a string; some gateways send a list of parts. */
    private static String text(JsonNode content) {
        if (!content.isArray()) {
            return content.asText("");
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
