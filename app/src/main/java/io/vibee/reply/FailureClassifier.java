package io.vibee.reply;

import io.vibee.reply.CallResult.Fault;
import io.vibee.reply.CallResult.Refused;
import io.vibee.reply.CallResult.Retryable;
import io.vibee.reply.CallResult.TooLong;
import io.vibee.reply.ReplyObserver.CallOutcome;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sorts the failures of providers, by the status and by what the error says. */
final class FailureClassifier {
    /** Money is missing, not time: waiting doesn't help. */
    private static final Set<String> OUT_OF_CREDIT = Set.of(
            "insufficient_quota",
            "insufficient_balance",
            "billing_hard_limit_reached",
            "billing_error",
            "credit_balance_exhausted",
            "organization_spend_limit_exceeded",
            "project_spend_limit_exceeded",
            "organization_usage_limit_exceeded");

    private static final Pattern OUT_OF_CREDIT_WORDS =
            Pattern.compile("credit balance is too low|insufficient (?:account )?(?:balance|credits?|funds)");

    private static final Set<String> CONTENT_POLICY = Set.of(
            "content_policy_violation",
            "content_filter",
            "moderation_blocked",
            "responsible_ai_policy_violation",
            "responsibleaipolicyviolation");

    private static final Set<String> NO_MODEL = Set.of("model_not_found", "model_not_available", "not_found_error");

    /** Some providers send this with 400. */
    private static final Set<String> KEY_REFUSED = Set.of("invalid_api_key", "api_key_invalid", "authentication_error");

    private static final Pattern KEY_REFUSED_WORDS =
            Pattern.compile("(?:incorrect|invalid) api key|api key (?:is )?(?:not valid|invalid|expired)");

    private static final Set<String> RATE_LIMITED = Set.of(
            "rate_limit_exceeded",
            "rate_limit_error",
            "too_many_requests",
            "resource_exhausted",
            "throttlingexception");

    private static final Pattern RATE_LIMITED_WORDS = Pattern.compile(
            "rate limit|rate_limit|too many requests|throttl|please wait before trying again|tokens? per (?:min|day)");

    /** The status of each kind of error, for errors without a status: in a stream, or inside a 200. */
    static final Map<String, Integer> STATUS = Map.ofEntries(
            Map.entry("authentication_error", 401),
            Map.entry("authenticationerror", 401),
            Map.entry("invalid_api_key", 401),
            Map.entry("unauthenticated", 401),
            Map.entry("billing_error", 402),
            Map.entry("permission_error", 403),
            Map.entry("permission_denied", 403),
            Map.entry("not_found_error", 404),
            Map.entry("request_too_large", 413),
            Map.entry("rate_limit_error", 429),
            Map.entry("rate_limit_exceeded", 429),
            Map.entry("resource_exhausted", 429),
            Map.entry("throttlingexception", 429),
            Map.entry("timeout_error", 504),
            Map.entry("overloaded_error", 529));

    private FailureClassifier() {}

    /**
     * A failure.
     *
     * @param status of the answer, or what stands for it in the error
     * @param error what the answer says about it
     * @param cause our words for it
     */
    static CallResult of(int status, ProviderError error, @Nullable Duration retryAfter, String cause) {
        boolean rateLimited = isRateLimit(error);
        if (PromptTooLong.isTold(error, rateLimited) || (status == 413 && !rateLimited)) {
            return new TooLong(cause + " (prompt too long)");
        }
        if (error.says(OUT_OF_CREDIT)
                || OUT_OF_CREDIT_WORDS.matcher(error.words()).find()) {
            return new Refused(cause + " (out of credit)", Fault.ACCOUNT);
        }
        if (status == 429 || (rateLimited && status != 401 && status != 403)) {
            return new Retryable(CallOutcome.RATE_LIMITED, cause + " (rate limit)", retryAfter);
        }
        if (status == 408) {
            return new Retryable(CallOutcome.TIMED_OUT, cause, retryAfter);
        }
        if (status >= 500) {
            return new Retryable(CallOutcome.PROVIDER_ERROR, cause, retryAfter);
        }
        if (error.says(CONTENT_POLICY) || error.isModerated()) {
            return new Refused(cause + " (content policy)", Fault.CONTENT);
        }
        return refused(status, error, cause);
    }

    private static CallResult refused(int status, ProviderError error, String cause) {
        if (error.says(NO_MODEL) || error.words().contains("not a valid model")) {
            return new Refused(cause + " (no such model or address)", Fault.ACCOUNT);
        }
        if ((status == 400 && error.says(KEY_REFUSED))
                || KEY_REFUSED_WORDS.matcher(error.words()).find()) {
            return new Refused(cause + " (key refused)", Fault.ACCOUNT);
        }
        return switch (status) {
            case 401 -> byApi(error, cause, "key refused");
            case 402 -> byApi(error, cause, "out of credit");
            case 403 -> byApi(error, cause, "forbidden");
            case 404, 410 -> byApi(error, cause, "no such model or address");
            case 400, 422 -> error.isPage() ? between(cause) : new Refused(cause + " (bad request)", Fault.REQUEST);
            // A redirect, a proxy that wants a sign-in, a law: the API itself did not answer.
            default -> between(cause);
        };
    }

    /** If the API itself says so, every call ends like this. */
    private static CallResult byApi(ProviderError error, String cause, String why) {
        return error.isTold() ? new Refused(cause + " (" + why + ")", Fault.ACCOUNT) : between(cause);
    }

    private static CallResult between(String cause) {
        return new Refused(cause + " (not in the API's form)", Fault.BETWEEN);
    }

    private static boolean isRateLimit(ProviderError error) {
        return error.says(RATE_LIMITED)
                || RATE_LIMITED_WORDS.matcher(error.words()).find();
    }
}
