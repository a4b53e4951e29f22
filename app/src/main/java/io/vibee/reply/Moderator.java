package io.vibee.reply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vibee.moderation.Moderation;
import io.vibee.moderation.Moderation.Endpoint;
import io.vibee.moderation.StopReason;
import io.vibee.moderation.StopReason.Rule;
import io.vibee.moderation.StopReason.Side;
import io.vibee.protocol.chat.Forbidden;
import io.vibee.reply.ReplyObserver.Judgement;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges messages and answers: by the node's own rules, then by the moderation endpoint, which speaks OpenAI's format. After some failures
 * in a row it leaves the endpoint alone, then asks with one call at a time until one succeeds. Safe for all threads.
 */
final class Moderator {

    /** The endpoint's time to judge one text. */
    static final Duration JUDGED_WITHIN = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(Moderator.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FAILURES = 5;
    private static final Duration LEFT_ALONE = Duration.ofSeconds(15);
    private static final Duration LOG_EVERY = Duration.ofMinutes(1);
    /** OpenAI's categories are words with slashes and dashes. Others are not repeated, since they go into the journal. */
    private static final Pattern CATEGORY = Pattern.compile("[a-zA-Z][a-zA-Z0-9/_-]{0,63}");

    private static final String NO_CATEGORY = "unspecified";

    private final Moderation moderation;
    private final ModelClient client;
    private final ReplyObserver observer;
    private int failures;
    private long leftAloneUntil;
    private @Nullable Long loggedAt;

    Moderator(Moderation moderation, ModelClient client, ReplyObserver observer) {
        this.moderation = moderation;
        this.client = client;
        this.observer = observer;
    }

    /** The time that judging an answer may take, and a message as much. */
    Duration patience() {
        return moderation.endpoint() == null ? Duration.ZERO : JUDGED_WITHIN;
    }

    /** Whether a whole answer may still be stopped. */
    boolean judgesAnswer(ReplyRequest request) {
        return moderation.judgesAnswers(request.forbidden());
    }

    /** Why a message is not answered; empty when it is. Call it off the actor's threads. */
    CompletableFuture<Optional<StopReason>> ofMessage(String text) {
        return endpointUnless(moderation.rules().ofMessage(text), Side.MESSAGE, text);
    }

    /** Why an answer is not sent; empty when it is. Call it off the actor's threads. */
    CompletableFuture<Optional<StopReason>> ofAnswer(String text, Set<Forbidden> forbidden) {
        return endpointUnless(moderation.rules().ofAnswer(text, forbidden), Side.ANSWER, text);
    }

    private CompletableFuture<Optional<StopReason>> endpointUnless(
            Optional<StopReason> stopped, Side side, String text) {
        Endpoint endpoint = moderation.endpoint();
        if (stopped.isPresent() || endpoint == null) {
            return CompletableFuture.completedFuture(stopped);
        }
        if (!enter(System.nanoTime())) {
            observer.judged(Judgement.AWAY);
            return CompletableFuture.completedFuture(away(side));
        }
        return judge(endpoint, text).thenApply(verdict -> {
            left(verdict, System.nanoTime());
            return switch (verdict) {
                case Verdict.Passed passed -> Optional.empty();
                case Verdict.Flagged flagged -> Optional.of(new StopReason(side, Rule.PROVIDER, flagged.category()));
                case Verdict.Away away -> away(side);
            };
        });
    }

    private Optional<StopReason> away(Side side) {
        return moderation.stopWhenAway() ? Optional.of(new StopReason(side, Rule.PROVIDER_AWAY, "")) : Optional.empty();
    }

    private sealed interface Verdict {
        record Passed() implements Verdict {}

        record Flagged(String category) implements Verdict {}

        record Away(String cause) implements Verdict {}
    }

    private CompletableFuture<Verdict> judge(Endpoint endpoint, String text) {
        String key = endpoint.apiKey();
        byte[] body = JSON.createObjectNode()
                .put("model", endpoint.model())
                .put("input", text)
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        return client.post(
                        endpoint.address(),
                        key == null ? Map.of() : Map.of("Authorization", "Bearer " + key),
                        body,
                        JUDGED_WITHIN)
                .handle((answer, failure) -> answer == null ? new Verdict.Away(cause(failure)) : read(answer));
    }

    private static String cause(@Nullable Throwable failure) {
        Throwable root =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return root instanceof TimeoutException ? "did not answer in time" : "could not be reached or cut the answer";
    }

    private static Verdict read(HttpResponse<BoundedBody.Read> answer) {
        if (answer.statusCode() != 200) {
            return new Verdict.Away("answered " + answer.statusCode());
        }
        JsonNode result = ReceivedJson.in(answer.body()).path("results").path(0);
        if (!result.path("flagged").isBoolean()) {
            return new Verdict.Away("sent an unreadable answer");
        }
        return result.path("flagged").booleanValue()
                ? new Verdict.Flagged(category(result.path("categories")))
                : new Verdict.Passed();
    }

    private static String category(JsonNode categories) {
        return categories.properties().stream()
                .filter(category ->
                        category.getValue().isBoolean() && category.getValue().booleanValue())
                .map(Map.Entry::getKey)
                .filter(name -> CATEGORY.matcher(name).matches())
                .findFirst()
                .orElse(NO_CATEGORY);
    }

    private synchronized boolean enter(long now) {
        if (failures < FAILURES) {
            return true;
        }
        if (now - leftAloneUntil < 0) {
            return false;
        }
        // One call finds out whether it works again.
        leftAloneUntil = now + LEFT_ALONE.toNanos();
        return true;
    }

    private synchronized void left(Verdict verdict, long now) {
        switch (verdict) {
            case Verdict.Passed passed -> {
                failures = 0;
                observer.judged(Judgement.PASSED);
            }
            case Verdict.Flagged flagged -> {
                failures = 0;
                observer.judged(Judgement.FLAGGED);
            }
            case Verdict.Away away -> {
                failures = Math.min(failures + 1, FAILURES);
                leftAloneUntil = now + LEFT_ALONE.toNanos();
                observer.judged(Judgement.AWAY);
                if (loggedAt == null || now - loggedAt > LOG_EVERY.toNanos()) {
                    loggedAt = now;
                    LOG.atWarn()
                            .addKeyValue("cause", away.cause())
                            .addKeyValue("texts", moderation.stopWhenAway() ? "stopped" : "let pass")
                            .log("the moderation endpoint judges nothing");
                }
            }
        }
    }
}
