package io.vibee.reply;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vibee.reply.CallResult.Fault;
import io.vibee.reply.CallResult.Refused;
import io.vibee.reply.CallResult.Retryable;
import io.vibee.reply.CallResult.TooLong;
import io.vibee.reply.ReplyObserver.CallOutcome;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sorts what providers answer instead of a text, by the status and by the words of the error that OpenAI, OpenRouter and Anthropic
 * document, and compatible servers repeat.
 */
final class Failures {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Money, not time, is short: waiting doesn't help. */
    private static final Set<String> OUT_OF_CREDIT = Set.of(
            "insufficient_quota",
            "billing_hard_limit_reached",
            "billing_error",
            "credit_balance_exhausted",
            "organization_spend_limit_exceeded",
            "project_spend_limit_exceeded",
            "organization_usage_limit_exceeded");

    private static final Set<String> CONTENT_POLICY = Set.of(
            "content_policy_violation", "content_filter", "moderation_blocked", "responsible_ai_policy_violation");

    private static final Set<String> NO_MODEL = Set.of("model_not_found", "model_not_available", "not_found_error");

    private static final Set<String> CONTEXT_LENGTH =
            Set.of("context_length_exceeded", "request_too_large", "string_above_max_length");

    /** Where the code is a general one, the message tells. */
    private static final Set<String> CONTEXT_LENGTH_WORDS =
            Set.of("maximum context length", "context length exceeded", "prompt is too long", "context window");

    private Failures() {}

    /**
     * A failure.
     *
     * @param status of the answer, or what stands for it in the error
     * @param error what the answer says about it, missing when it can't be read
     * @param cause our words for it
     */
    static CallResult of(int status, JsonNode error, @Nullable Duration retryAfter, String cause) {
        if (says(error, OUT_OF_CREDIT) || status == 402 || message(error).contains("credit balance is too low")) {
            return new Refused(cause + " (out of credit)", Fault.ACCOUNT);
        }
        if (status == 429) {
            return new Retryable(CallOutcome.RATE_LIMITED, cause + " (rate limit)", retryAfter);
        }
        if (status == 408) {
            return new Retryable(CallOutcome.TIMED_OUT, cause, retryAfter);
        }
        if (status >= 500) {
            return new Retryable(CallOutcome.PROVIDER_ERROR, cause, retryAfter);
        }
        if (status == 413
                || says(error, CONTEXT_LENGTH)
                || CONTEXT_LENGTH_WORDS.stream().anyMatch(message(error)::contains)) {
            return new TooLong(cause + " (prompt too long)");
        }
        if (says(error, CONTENT_POLICY)
                || !error.path("metadata").path("reasons").isMissingNode()) {
            return new Refused(cause + " (content policy)", Fault.CONTENT);
        }
        if (status == 404
                || status == 410
                || says(error, NO_MODEL)
                || message(error).contains("not a valid model")) {
            return new Refused(cause + " (no such model or address)", Fault.ACCOUNT);
        }
        return switch (status) {
            case 401 -> new Refused(cause + " (key refused)", Fault.ACCOUNT);
            case 403 -> new Refused(cause + " (forbidden)", Fault.ACCOUNT);
            case 400, 422 -> new Refused(cause + " (bad request)", Fault.REQUEST);
            // A redirect, or what no provider documents: it isn't the API that was meant.
            default -> new Refused(cause, Fault.ACCOUNT);
        };
    }

    private static boolean says(JsonNode error, Set<String> words) {
        return Stream.of("code", "type", "status")
                .anyMatch(field -> words.contains(error.path(field).asText()));
    }

    private static String message(JsonNode error) {
        return error.path("message").asText("").toLowerCase(Locale.ROOT);
    }

    /** A JSON object, missing when it is none. */
    static JsonNode parse(BoundedBody.Read body) {
        return body.whole() ? parse(body.bytes()) : JSON.missingNode();
    }

    /** The same, of a text. */
    static JsonNode parse(String text) {
        try {
            return objectOrMissing(JSON.readTree(text));
        } catch (JacksonException unreadable) {
            return JSON.missingNode();
        }
    }

    private static JsonNode parse(byte[] bytes) {
        try {
            return objectOrMissing(JSON.readTree(bytes));
        } catch (JacksonException unreadable) {
            return JSON.missingNode();
        } catch (IOException impossible) {
            throw new AssertionError("reading from memory", impossible);
        }
    }

    private static JsonNode objectOrMissing(@Nullable JsonNode node) {
        return node != null && node.isObject() ? node : JSON.missingNode();
    }
}
