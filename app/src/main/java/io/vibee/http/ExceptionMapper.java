package io.vibee.http;

import io.vibee.account.PasswordsBusyException;
import io.vibee.journal.database.DatabaseConflictException;
import io.vibee.journal.database.DatabaseUnavailableException;
import io.vibee.persistence.keys.OwnerErasedException;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.Refusal.RefusedException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.EntityStreamException;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.http.scaladsl.model.IllegalRequestException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns whatever ended a request into its problem. A fault of ours is logged here with its cause; the client only learns that it happened.
 */
final class ExceptionMapper {

    private static final Logger LOG = LoggerFactory.getLogger(ExceptionMapper.class);

    private ExceptionMapper() {}

    static HttpResponse answer(Throwable thrown, HttpRequest request) {
        return Responses.problem(problem(thrown, request), request);
    }

    private static ProblemException problem(Throwable thrown, HttpRequest request) {
        Throwable failure = unwrap(thrown);
        return switch (failure) {
            case ProblemException refused -> refused;
            case RefusedException refused -> refused(refused.refusal(), request);
            case OwnerErasedException erased -> ProblemException.unauthenticated("The account is erased.", true);
            case PasswordsBusyException busy ->
                ProblemException.later(ProblemKind.UNAVAILABLE, "Too many sign-ins at once.", Duration.ofSeconds(2));
            case EntityStreamSizeException tooLarge -> ProblemException.tooLarge(HttpLimits.MOST_BODY_BYTES);
            case EntityStreamException broken ->
                ProblemException.of(ProblemKind.MALFORMED_REQUEST, "The body ended before its length.");
            case IllegalRequestException illegal ->
                ProblemException.of(ProblemKind.MALFORMED_REQUEST, "The request is not valid HTTP.");
            case TimeoutException late -> away(late, request);
            case IOException lost -> away(lost, request);
            case DatabaseUnavailableException gone -> away(gone, request);
            case DatabaseConflictException conflict -> away(conflict, request);
            default -> internal(failure, request);
        };
    }

    static Throwable unwrap(Throwable thrown) {
        Throwable failure = thrown;
        while ((failure instanceof CompletionException || failure instanceof ExecutionException)
                && failure.getCause() != null) {
            failure = failure.getCause();
        }
        return failure;
    }

    private static ProblemException refused(Refusal refusal, HttpRequest request) {
        return switch (refusal) {
            case ACCOUNT_NOT_FOUND -> ProblemException.notFound("user");
            case SESSION_NOT_FOUND -> ProblemException.notFound("session");
            case CHAT_NOT_FOUND -> ProblemException.notFound("chat");
            case DEAD_LETTER_NOT_FOUND -> ProblemException.notFound("dead letter");
            case DEAD_LETTER_SETTLED ->
                ProblemException.of(
                        ProblemKind.DEAD_LETTER_SETTLED, "If it failed again, it is listed under another id.");
            case DRAFT_NOT_FOUND -> ProblemException.notFound("draft");
            case DRAFT_SETTLED ->
                ProblemException.of(
                        ProblemKind.DRAFT_SETTLED,
                        "It was approved or discarded before, its time was over, or what it answers had changed.");
            case TOKEN_REVOKED ->
                ProblemException.of(
                        ProblemKind.SESSION_REVOKED, "Connect the bot again with the new token that BotFather gives.");
            case NO_TOKEN ->
                ProblemException.of(
                        ProblemKind.SESSION_WITHOUT_TOKEN,
                        "The session serves a person's own chats through the operator's bot.");
            case IDEMPOTENCY_KEY_REUSED ->
                ProblemException.of(ProblemKind.KEY_REUSED, "Use a new key for another text.");
            case TEXT_INVISIBLE ->
                ProblemException.invalid(
                        List.of(Violation.inBody("/text", "expected: a text with a visible character")));
            case CHAT_OVERLOADED ->
                ProblemException.later(
                        ProblemKind.CHAT_OVERLOADED,
                        "Too many messages of this chat wait to be sent already.",
                        Duration.ofSeconds(10));
            case BUSY ->
                ProblemException.later(
                        ProblemKind.UNAVAILABLE, "Too much is being answered already.", Duration.ofSeconds(10));
            case FAULT -> internal(new RefusedException(refusal), request);
            case UNAVAILABLE, UNKNOWN -> {
                log(request)
                        .setMessage("an entity could not do it: {}")
                        .addArgument(refusal)
                        .log();
                yield ProblemException.unavailable("What this needs can't be reached at the moment.");
            }
        };
    }

    private static ProblemException away(Throwable failure, HttpRequest request) {
        log(request)
                .setMessage("something needed is away: {}")
                .addArgument(failure.getClass().getName())
                .log();
        return ProblemException.unavailable("What this needs can't be reached at the moment.");
    }

    private static ProblemException internal(Throwable failure, HttpRequest request) {
        LOG.atError()
                .addKeyValue("request_id", RequestContext.of(request).requestId())
                .addKeyValue("route", RequestContext.of(request).operation())
                .setCause(failure)
                .log("a request failed");
        return ProblemException.of(
                ProblemKind.INTERNAL, "The request failed; its X-Request-Id names it in the service's log.");
    }

    private static org.slf4j.spi.LoggingEventBuilder log(HttpRequest request) {
        return LOG.atWarn()
                .addKeyValue("request_id", RequestContext.of(request).requestId())
                .addKeyValue("route", RequestContext.of(request).operation());
    }
}
