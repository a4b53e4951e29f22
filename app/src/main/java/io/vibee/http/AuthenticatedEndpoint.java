package io.vibee.http;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;
import static org.apache.pekko.http.javadsl.server.Directives.extractRequest;

import io.vibee.account.AccessToken;
import io.vibee.account.AccessTokens;
import io.vibee.cluster.Entities;
import io.vibee.protocol.account.GateCommand;
import io.vibee.protocol.account.GateCommand.Admission;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.pattern.StatusReply;
import org.apache.pekko.util.ByteString;

/**
 * The way into every endpoint. It names the route for the log and the metrics, admits a user by the access token and the gate, and reads
 * the body. It names the route before anything asynchronous happens, since the trace's span belongs to the thread.
 */
public final class AuthenticatedEndpoint {

    private final ActorSystem<?> system;
    private final AccessTokens tokens;
    private final Entities entities;

    public AuthenticatedEndpoint(ActorSystem<?> system, AccessTokens tokens, Entities entities) {
        this.system = system;
        this.tokens = tokens;
        this.entities = entities;
    }

    /** An endpoint for everybody. */
    Route open(String operation, Function<HttpRequest, CompletionStage<HttpResponse>> endpoint) {
        return extractRequest(request -> {
            RequestContext.of(request).operation(operation);
            return completeWithFuture(guarded(request, () -> endpoint.apply(request)));
        });
    }

    /** An endpoint for users who are signed in. */
    Route signedIn(String operation, Function<Caller, CompletionStage<HttpResponse>> endpoint) {
        return open(operation, request -> admit(request).thenCompose(endpoint));
    }

    /** The body as an object of this type; refused when it is not JSON, or not such JSON. */
    <T> CompletionStage<T> body(HttpRequest request, Class<T> type) {
        return json(request, HttpLimits.MOST_BODY_BYTES).thenApply(data -> Json.read(data.toArrayUnsafe(), type));
    }

    /** The same of a body that may be left out. */
    <T> CompletionStage<T> optionalBody(HttpRequest request, Class<T> type, T otherwise) {
        return request.entity().isKnownEmpty() ? CompletableFuture.completedStage(otherwise) : body(request, type);
    }

    /**
     * The body as it is, which says that it is JSON.
     *
     * @param most bytes; a larger one is refused
     */
    CompletionStage<ByteString> json(HttpRequest request, long most) {
        var mediaType = request.entity().getContentType().mediaType();
        boolean json = mediaType.mainType().equals("application")
                && mediaType.subType().equals("json");
        if (!json) {
            return CompletableFuture.failedFuture(
                    ProblemException.of(ProblemKind.UNSUPPORTED_MEDIA_TYPE, "Send the body as application/json."));
        }
        RequestContext.of(request).takeBody();
        return read(request, most)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                        switch (ExceptionMapper.unwrap(failure)) {
                            case TimeoutException late ->
                                ProblemException.of(ProblemKind.REQUEST_TOO_SLOW, "The body did not arrive in time.");
                            case EntityStreamSizeException tooLarge -> ProblemException.tooLarge(most);
                            default -> failure;
                        }));
    }

    /**
     * The body. One that is too large is read a good deal further and dropped: whoever still sends when the connection is closed can't
     * read the refusal.
     */
    private CompletionStage<ByteString> read(HttpRequest request, long most) {
        if (request.entity() instanceof HttpEntity.Strict arrived) {
            return CompletableFuture.completedStage(allowed(arrived.getData(), most));
        }
        return request.entity()
                .withSizeLimit(most + HttpLimits.READ_BEYOND_BYTES)
                .getDataBytes()
                .completionTimeout(HttpLimits.BODY)
                .runFold(
                        ByteString.emptyByteString(),
                        (read, more) -> read.length() > most ? read : read.concat(more),
                        system)
                .thenApply(body -> allowed(body, most));
    }

    private static ByteString allowed(ByteString body, long most) {
        if (body.length() > most) {
            throw ProblemException.tooLarge(most);
        }
        return body;
    }

    /** Asks an entity. */
    <C, R> CompletionStage<R> ask(RecipientRef<C> entity, Function<ActorRef<R>, C> question) {
        return AskPattern.ask(entity, question::apply, HttpLimits.ASK, system.scheduler());
    }

    /** Asks an entity that may refuse. */
    <C, R> CompletionStage<R> askWithStatus(RecipientRef<C> entity, Function<ActorRef<StatusReply<R>>, C> question) {
        return askWithStatus(entity, question, HttpLimits.ASK);
    }

    /** Asks an entity that may refuse, and may take its time. */
    <C, R> CompletionStage<R> askWithStatus(
            RecipientRef<C> entity, Function<ActorRef<StatusReply<R>>, C> question, Duration within) {
        return AskPattern.askWithStatus(entity, question::apply, within, system.scheduler());
    }

    private CompletionStage<Caller> admit(HttpRequest request) {
        AccessToken token = token(request);
        return this.<GateCommand, Admission>ask(
                        entities.gate(token.userId()),
                        replyTo -> new GateCommand.Admit(token.version(), token.family(), replyTo))
                .thenApply(admission -> switch (admission) {
                    case Admission.Admitted admitted -> {
                        RequestContext.of(request).userId(token.userId());
                        yield new Caller(token.userId(), request);
                    }
                    case Admission.Limited limited ->
                        throw ProblemException.later(
                                ProblemKind.TOO_MANY_REQUESTS,
                                "Too many requests of this user.",
                                Duration.ofMillis(limited.retryAfterMillis()));
                    case Admission.Refused refused ->
                        throw ProblemException.unauthenticated("The access token is not valid.", true);
                    case Admission.Unavailable unavailable ->
                        throw ProblemException.unavailable("The user can't be looked up at the moment.");
                });
    }

    private AccessToken token(HttpRequest request) {
        String header = request.getHeader("Authorization")
                .orElseThrow(
                        () -> ProblemException.unauthenticated("Send an access token: Authorization: Bearer …", false))
                .value();
        if (!header.toLowerCase(Locale.ROOT).startsWith("bearer ")) {
            throw ProblemException.unauthenticated("Send an access token: Authorization: Bearer …", false);
        }
        return tokens.verify(header.substring("bearer ".length()).strip())
                .orElseThrow(() -> ProblemException.unauthenticated("The access token is not valid.", true));
    }

    private static CompletionStage<HttpResponse> guarded(
            HttpRequest request, java.util.function.Supplier<CompletionStage<HttpResponse>> endpoint) {
        CompletionStage<HttpResponse> answer;
        try {
            answer = endpoint.get();
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.exceptionally(failure -> ExceptionMapper.answer(failure, request));
    }
}
