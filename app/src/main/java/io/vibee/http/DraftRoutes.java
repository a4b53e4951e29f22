package io.vibee.http;

import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathEnd;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.post;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;
import static org.apache.pekko.http.javadsl.server.PathMatchers.separateOnSlashes;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vibee.cluster.Entities;
import io.vibee.persistence.read.DraftRow;
import io.vibee.persistence.read.ReadDrafts;
import io.vibee.persistence.read.WaitingDraft;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.OwnerVia;
import io.vibee.protocol.text.Characters;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * Answers that wait for their owner's leave. The list comes from a table; the chat decides whether one can still be approved or
 * discarded: of two hands the first one wins, and the other learns it.
 */
public final class DraftRoutes {

    private static final String DRAFTS = "/api/v1/drafts";
    private static final String ONE = DRAFTS + "/{id}";
    private static final String WHAT = "draft";

    private final AuthenticatedEndpoint endpoint;
    private final Entities entities;
    private final ReadDrafts drafts;
    private final SendingSessions sessions;

    public DraftRoutes(AuthenticatedEndpoint endpoint, Entities entities, ReadDrafts drafts, SendingSessions sessions) {
        this.endpoint = endpoint;
        this.entities = entities;
        this.drafts = drafts;
        this.sessions = sessions;
    }

    public Route route() {
        return pathPrefix(
                separateOnSlashes("api/v1/drafts"),
                () -> concat(
                        pathEnd(() -> get(() -> endpoint.signedIn(DRAFTS, this::list))),
                        pathPrefix(
                                segment(),
                                id -> concat(
                                        path(
                                                "approve",
                                                () -> post(() -> endpoint.signedIn(
                                                        ONE + "/approve", caller -> approve(caller, id)))),
                                        path(
                                                "discard",
                                                () -> post(() -> endpoint.signedIn(
                                                        ONE + "/discard", caller -> discard(caller, id))))))));
    }

    /**
     * @param inReplyTo the id of the message that it answers
     * @param question that message's text; null when it has none, or none any more
     */
    record DraftItem(
            String id,
            String sessionId,
            String chatId,
            String inReplyTo,
            @Nullable String question,
            String text,
            Instant createdAt,
            Instant expiresAt) {

        static DraftItem of(WaitingDraft waiting) {
            DraftRow row = waiting.draft();
            return new DraftItem(
                    new ChatPartId(row.chatId(), row.id()).text(),
                    row.sessionId(),
                    row.chatId(),
                    row.messageId(),
                    waiting.question(),
                    row.text(),
                    row.createdAt(),
                    row.expiresAt());
        }
    }

    /**
     * @param messageId under which the text is among the chat's messages; left out when it is not sent
     */
    record DecidedView(
            String id,
            String status,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String messageId) {}

    /**
     * @param text what to send in its place; null: what was drafted
     */
    record ApproveBody(@Nullable String text) {
        @Override
        public String toString() {
            return "ApproveBody[]";
        }
    }

    private CompletionStage<HttpResponse> list(Caller caller) {
        Parameters.OfSession of = Parameters.ofSession(caller.request());
        return EntityPage.read(() -> drafts.page(caller.userId(), of.sessionId(), of.cursor(), of.limit()))
                .thenApply(page -> Responses.ok(
                        new ItemList<>(page.items().stream().map(DraftItem::of).toList(), page.nextCursor())));
    }

    private CompletionStage<HttpResponse> approve(Caller caller, String text) {
        return ChatPartId.parse(text)
                .map(id -> endpoint.optionalBody(caller.request(), ApproveBody.class, new ApproveBody(null))
                        .thenApply(DraftRoutes::replacement)
                        .thenCompose(replacement -> chat(caller, id.chatId())
                                .thenCompose(chat ->
                                        sessions.require(caller.userId(), chat.sessionId(), "the draft waits on"))
                                .thenCompose(sending -> this.<ChatCommand.Queued>ask(
                                        id.chatId(),
                                        replyTo -> new ChatCommand.ApproveDraft(
                                                caller.userId(),
                                                id.partId(),
                                                replacement.text(),
                                                OwnerVia.API,
                                                replyTo))))
                        .thenApply(queued -> Responses.ok(new DecidedView(text, "queued", queued.id()))))
                .orElseGet(DraftRoutes::notThere);
    }

    private CompletionStage<HttpResponse> discard(Caller caller, String text) {
        return ChatPartId.parse(text)
                .map(id -> this.<Done>ask(
                                id.chatId(),
                                replyTo -> new ChatCommand.DiscardDraft(
                                        caller.userId(), id.partId(), OwnerVia.API, replyTo))
                        .thenApply(done -> Responses.ok(new DecidedView(text, "discarded", null))))
                .orElseGet(DraftRoutes::notThere);
    }

    private static ApproveBody replacement(ApproveBody body) {
        String text = body.text();
        if (text != null && text.length() > ChatRoutes.LONGEST_TEXT) {
            throw ProblemException.of(
                    ProblemKind.TOO_LARGE, "A text has at most " + ChatRoutes.LONGEST_TEXT + " UTF-16 units.");
        }
        Violations violations = new Violations();
        violations.body(
                text == null || Characters.areVisible(text), "/text", "a text with a visible character, or none");
        violations.refuseIfAny();
        return body;
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
