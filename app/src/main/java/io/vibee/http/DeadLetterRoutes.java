package io.vibee.http;

import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.delete;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathEnd;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.post;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;
import static org.apache.pekko.http.javadsl.server.PathMatchers.separateOnSlashes;

import io.vibee.cluster.Entities;
import io.vibee.persistence.read.DeadLetterRow;
import io.vibee.persistence.read.ReadDeadLetters;
import io.vibee.persistence.session.SessionRows;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatView;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.pattern.StatusReply;
import org.apache.pekko.stream.javadsl.Source;
import org.jspecify.annotations.Nullable;

/**
 * What failed for good in a user's chats. The list comes from a table; the chat knows whether a dead letter can still be retried or
 * dropped. Nothing is retried in a session that sends nothing: it would only fail again.
 */
public final class DeadLetterRoutes {

    private static final String LETTERS = "/api/v1/dead-letters";
    private static final String ONE = LETTERS + "/{id}";
    private static final String WHAT = "dead letter";
    private static final String KEPT = "the dead letter stays";
    private static final int CHATS_AT_ONCE = 8;
    private static final int CHATS_READ = 500;

    private final ActorSystem<?> system;
    private final AuthenticatedEndpoint endpoint;
    private final Entities entities;
    private final ReadDeadLetters letters;
    private final SessionRows sessions;
    private final SendingSessions sending;
    private final InstantSource clock;

    public DeadLetterRoutes(
            ActorSystem<?> system,
            AuthenticatedEndpoint endpoint,
            Entities entities,
            ReadDeadLetters letters,
            SessionRows sessions,
            SendingSessions sending,
            InstantSource clock) {
        this.system = system;
        this.endpoint = endpoint;
        this.entities = entities;
        this.letters = letters;
        this.sessions = sessions;
        this.sending = sending;
        this.clock = clock;
    }

    public Route route() {
        return pathPrefix(
                separateOnSlashes("api/v1/dead-letters"),
                () -> concat(
                        pathEnd(() -> get(() -> endpoint.signedIn(LETTERS, this::list))),
                        path("retry", () -> post(() -> endpoint.signedIn(LETTERS + "/retry", this::retryAll))),
                        pathPrefix(segment(), this::one)));
    }

    private Route one(String id) {
        return concat(
                pathEnd(() -> delete(() -> endpoint.signedIn(ONE, caller -> drop(caller, id)))),
                path("retry", () -> post(() -> endpoint.signedIn(ONE + "/retry", caller -> retry(caller, id)))));
    }

    /**
     * @param messageId the message without an answer, or null for what the owner wrote
     * @param kind {@code answer} when no answer could be made, {@code delivery} when a text could not be sent
     * @param tries how often Vibee tried before it gave up
     */
    record DeadLetterItem(
            String id,
            String sessionId,
            String chatId,
            @Nullable String messageId,
            String kind,
            String cause,
            int tries,
            Instant failedAt,
            long ageSeconds) {

        static DeadLetterItem of(DeadLetterRow row, Instant now) {
            return new DeadLetterItem(
                    new ChatPartId(row.chatId(), row.id()).text(),
                    row.sessionId(),
                    row.chatId(),
                    row.messageId(),
                    row.draftId() == null ? "answer" : "delivery",
                    row.cause(),
                    row.tries(),
                    row.failedAt(),
                    Math.max(0, Duration.between(row.failedAt(), now).toSeconds()));
        }
    }

    record QueuedView(String id, String status) {}

    record RetriedView(long queued) {}

    private CompletionStage<HttpResponse> list(Caller caller) {
        Parameters.OfSession of = Parameters.ofSession(caller.request());
        Instant now = clock.instant();
        return EntityPage.read(() -> letters.page(caller.userId(), of.sessionId(), of.cursor(), of.limit()))
                .thenApply(page -> Responses.ok(new ItemList<>(
                        page.items().stream()
                                .map(row -> DeadLetterItem.of(row, now))
                                .toList(),
                        page.nextCursor())));
    }

    private CompletionStage<HttpResponse> retry(Caller caller, String text) {
        return ChatPartId.parse(text)
                .map(id -> chat(caller, id.chatId())
                        .thenCompose(chat -> sending.require(caller.userId(), chat.sessionId(), KEPT))
                        .thenCompose(sends -> this.<Done>ask(
                                id.chatId(),
                                replyTo -> new ChatCommand.RetryDeadLetter(caller.userId(), id.partId(), replyTo)))
                        .thenApply(done -> Responses.json(StatusCodes.ACCEPTED, new QueuedView(text, "queued"))))
                .orElseGet(DeadLetterRoutes::notThere);
    }

    private CompletionStage<HttpResponse> drop(Caller caller, String text) {
        return ChatPartId.parse(text)
                .map(id -> this.<Done>ask(
                                id.chatId(),
                                replyTo -> new ChatCommand.DropDeadLetter(caller.userId(), id.partId(), replyTo))
                        .thenApply(done -> Responses.noContent()))
                .orElseGet(DeadLetterRoutes::notThere);
    }

    private CompletionStage<HttpResponse> retryAll(Caller caller) {
        Parameters parameters = Parameters.only(caller.request(), "session_id");
        String session = parameters.id("session_id");
        if (parameters.text("session_id").isEmpty()) {
            parameters.violations().query("session_id", "the id of a session");
        }
        parameters.refuseIfAny();
        String sessionId = session == null ? "" : session;
        return sessions.find(caller.userId(), sessionId)
                .thenApply(found -> Optional.of(found.orElseThrow(() -> ProblemException.notFound("session"))))
                .thenCompose(row -> sending.require(row, KEPT))
                .thenCompose(sends -> chats(caller.userId(), sessionId)
                        .mapAsyncUnordered(CHATS_AT_ONCE, chatId -> retryAll(caller, chatId))
                        .runFold(0L, Long::sum, system))
                .thenApply(queued -> Responses.json(StatusCodes.ACCEPTED, new RetriedView(queued)));
    }

    /** How many of a chat are retried; none when it was erased meanwhile. */
    private CompletionStage<Long> retryAll(Caller caller, String chatId) {
        return endpoint.<ChatCommand, ChatCommand.Retried>askWithStatus(
                        entities.chat(chatId), replyTo -> new ChatCommand.RetryDeadLetters(caller.userId(), replyTo))
                .thenApply(retried -> (long) retried.count())
                .exceptionallyCompose(failure -> Refusal.CHAT_NOT_FOUND.isIn(failure)
                        ? CompletableFuture.completedStage(0L)
                        : CompletableFuture.failedStage(failure));
    }

    /** All chats of a session with dead letters, some hundreds in memory at a time. */
    private Source<String, ?> chats(String owner, String sessionId) {
        return Source.unfoldAsync(
                        "",
                        after -> letters.chats(owner, sessionId, after, CHATS_READ)
                                .thenApply(found -> found.isEmpty()
                                        ? Optional.<Pair<String, List<String>>>empty()
                                        : Optional.of(Pair.create(found.getLast(), found))))
                .mapConcat(found -> found);
    }

    private CompletionStage<ChatView> chat(Caller caller, String chatId) {
        return ask(chatId, replyTo -> new ChatCommand.GetChat(caller.userId(), replyTo));
    }

    private <T> CompletionStage<T> ask(String chatId, Function<ActorRef<StatusReply<T>>, ChatCommand> question) {
        return endpoint.askWithStatus(entities.chat(chatId), question)
                .exceptionallyCompose(failure -> CompletableFuture.failedStage(
                        Refusal.CHAT_NOT_FOUND.isIn(failure) ? ProblemException.notFound(WHAT) : failure));
    }

    private static CompletionStage<HttpResponse> notThere() {
        return CompletableFuture.failedStage(ProblemException.notFound(WHAT));
    }
}
