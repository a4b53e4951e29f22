package io.vibee.http;

import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.delete;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathEnd;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.post;
import static org.apache.pekko.http.javadsl.server.Directives.put;
import static org.apache.pekko.http.javadsl.server.Directives.withRequestTimeout;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;
import static org.apache.pekko.http.javadsl.server.PathMatchers.separateOnSlashes;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vibee.cluster.Entities;
import io.vibee.persistence.read.ChatRow;
import io.vibee.persistence.read.ReadChats;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.OwnerVia;
import io.vibee.protocol.chat.PreviewDecision;
import io.vibee.protocol.text.Characters;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.pekko.Done;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;
import org.jspecify.annotations.Nullable;

/** A user's chats. Each chat knows itself whose it is. */
public final class ChatRoutes {

    private static final String CHATS = "/api/v1/chats";
    private static final String ONE = CHATS + "/{id}";
    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";
    private static final Pattern VISIBLE_ASCII = Pattern.compile("[!-~]{1,128}");
    static final int LONGEST_TEXT = 40_000;

    /** As long as Telegram lets people write. */
    private static final int LONGEST_MESSAGE = 4_096;

    private final AuthenticatedEndpoint endpoint;
    private final Entities entities;
    private final ReadChats chats;
    private final ChatMessages messages;
    private final Duration previewWithin;

    /**
     * @param previewWithin the longest time that a reply may take, its wait for its turn included
     */
    public ChatRoutes(
            AuthenticatedEndpoint endpoint,
            Entities entities,
            ReadChats chats,
            ChatMessages messages,
            Duration previewWithin) {
        this.endpoint = endpoint;
        this.entities = entities;
        this.chats = chats;
        this.messages = messages;
        this.previewWithin = previewWithin;
    }

    public Route route() {
        return pathPrefix(
                separateOnSlashes("api/v1/chats"),
                () -> concat(
                        pathEnd(() -> get(() -> endpoint.signedIn(CHATS, this::list))),
                        pathPrefix(segment(), this::one)));
    }

    private Route one(String id) {
        return concat(
                pathEnd(() -> concat(
                        get(() -> endpoint.signedIn(ONE, caller -> show(caller, id))),
                        delete(() -> endpoint.signedIn(ONE, caller -> erase(caller, id))))),
                path("config", () -> put(() -> endpoint.signedIn(ONE + "/config", caller -> configure(caller, id)))),
                path("messages", () -> get(() -> endpoint.signedIn(ONE + "/messages", caller -> messages(caller, id)))),
                path(
                        "preview",
                        () -> withRequestTimeout(
                                previewWithin.plusSeconds(5),
                                () -> post(() -> endpoint.signedIn(ONE + "/preview", caller -> preview(caller, id))))),
                path(
                        "takeover",
                        () -> concat(
                                post(() -> endpoint.signedIn(ONE + "/takeover", caller -> takeOver(caller, id))),
                                delete(() -> endpoint.signedIn(ONE + "/takeover", caller -> giveBack(caller, id))))),
                path("send", () -> post(() -> endpoint.signedIn(ONE + "/send", caller -> send(caller, id)))));
    }

    /**
     * @param config left out of a list
     * @param drafts how many answers wait for the owner's leave; left out when there are none, and of a list
     * @param takenOverUntil until when the owner has the chat in hand; left out when it is not, and of a list
     * @param barred where Telegram lets the bot write nothing; left out when it may, and of a list
     * @param erased true when what was said in it was erased and nobody wrote since, else left out
     */
    record ChatItem(
            String id,
            String sessionId,
            long telegramChatId,
            @Nullable String title,
            ChatType type,
            ChatMode mode,
            int pending,
            @Nullable Instant lastMessageAt,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            ConfigView config,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Boolean erased,

            @JsonInclude(JsonInclude.Include.NON_DEFAULT) int drafts,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Instant takenOverUntil,

            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<BarredItem> barred) {

        static ChatItem listed(ReadChats.Listed listed) {
            ChatRow chat = listed.chat();
            return new ChatItem(
                    chat.chatId(),
                    chat.sessionId(),
                    chat.telegramChatId(),
                    chat.title(),
                    chat.type(),
                    chat.mode(),
                    Math.toIntExact(listed.waiting()),
                    chat.lastMessageAt(),
                    null,
                    null,
                    0,
                    null,
                    List.of());
        }

        static ChatItem whole(ChatView chat) {
            return new ChatItem(
                    chat.id(),
                    chat.sessionId(),
                    chat.telegramChatId(),
                    chat.title(),
                    chat.type(),
                    chat.config().mode(),
                    chat.pending(),
                    chat.lastMessageAt(),
                    ConfigView.of(chat.config()),
                    chat.erased() ? Boolean.TRUE : null,
                    chat.drafts(),
                    chat.takenOverUntil(),
                    chat.barred().stream()
                            .map(barred -> new BarredItem(barred.reason(), barred.since(), barred.messageThreadId()))
                            .toList());
        }
    }

    /**
     * Why Telegram lets the bot write nothing there.
     *
     * @param messageThreadId the topic; left out when it is the whole chat
     */
    record BarredItem(
            String reason,
            Instant since,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Integer messageThreadId) {}

    record SendBody(@Nullable String text) {
        @Override
        public String toString() {
            return "SendBody[]";
        }
    }

    /**
     * @param prompt null when no model was asked
     * @param answer null when nothing would be sent
     */
    record PreviewView(
            PreviewDecision decision,
            List<String> reasons,
            ChatCommand.@Nullable PromptSize prompt,
            @Nullable String answer,
            @Nullable String provider,
            @Nullable String model) {
        static PreviewView of(ChatCommand.Previewed previewed) {
            return new PreviewView(
                    previewed.decision(),
                    previewed.reasons(),
                    previewed.prompt(),
                    previewed.answer(),
                    previewed.provider(),
                    previewed.model());
        }
    }

    /**
     * @param minutes for how long; null: as the chat's settings say
     */
    record TakeoverBody(@Nullable Integer minutes) {}

    record QueuedView(String id, String status) {}

    record ErasedView(String id, String status) {}

    private CompletionStage<HttpResponse> list(Caller caller) {
        Parameters.OfSession of = Parameters.ofSession(caller.request());
        return EntityPage.read(() -> chats.page(caller.userId(), of.sessionId(), of.cursor(), of.limit()))
                .thenApply(page -> Responses.ok(new ItemList<>(
                        page.items().stream().map(ChatItem::listed).toList(), page.nextCursor())));
    }

    private CompletionStage<HttpResponse> show(Caller caller, String id) {
        return chat(caller, id).thenApply(chat -> Responses.ok(ChatItem.whole(chat)));
    }

    /** Accepts the erasure. The chat's words are unreadable from now on; a text that is being sent still gets its outcome. */
    private CompletionStage<HttpResponse> erase(Caller caller, String id) {
        if (!Parameters.isId(id)) {
            return CompletableFuture.failedStage(ProblemException.notFound("chat"));
        }
        return endpoint.<ChatCommand, Done>askWithStatus(
                        entities.chat(id), replyTo -> new ChatCommand.Erase(caller.userId(), replyTo))
                .thenApply(erased -> Responses.json(StatusCodes.ACCEPTED, new ErasedView(id, "erased")));
    }

    private CompletionStage<HttpResponse> configure(Caller caller, String id) {
        return asked(caller, id, ConfigBody.class, ConfigBody::validated)
                .thenCompose(config -> endpoint.<ChatCommand, ChatView>askWithStatus(
                        entities.chat(id), replyTo -> new ChatCommand.Configure(caller.userId(), config, replyTo)))
                .thenApply(chat -> Responses.ok(ChatItem.whole(chat)));
    }

    private CompletionStage<HttpResponse> messages(Caller caller, String id) {
        Parameters parameters = Parameters.of(caller.request());
        int limit = parameters.limit();
        long before = ChatMessages.before(parameters);
        parameters.refuseIfAny();
        return chat(caller, id)
                .thenCompose(chat -> messages.page(caller.userId(), chat, before, limit))
                .thenApply(Responses::ok);
    }

    private CompletionStage<HttpResponse> send(Caller caller, String id) {
        return asked(caller, id, SendBody.class, body -> new Wished(text(body, LONGEST_TEXT), idempotencyKey(caller)))
                .thenCompose(wished -> endpoint.<ChatCommand, ChatCommand.Queued>askWithStatus(
                        entities.chat(id),
                        replyTo -> new ChatCommand.Send(caller.userId(), wished.text(), wished.key(), replyTo)))
                .thenApply(queued -> Responses.json(StatusCodes.ACCEPTED, new QueuedView(queued.id(), "queued")));
    }

    private CompletionStage<HttpResponse> takeOver(Caller caller, String id) {
        if (!Parameters.isId(id)) {
            return CompletableFuture.failedStage(ProblemException.notFound("chat"));
        }
        return chat(caller, id)
                .thenCompose(
                        chat -> endpoint.optionalBody(caller.request(), TakeoverBody.class, new TakeoverBody(null)))
                .thenCompose(body -> {
                    Integer minutes = body.minutes();
                    new Violations()
                            .body(
                                    minutes == null || ConfigBody.isTime(minutes, 1),
                                    "/minutes",
                                    "1 to " + ConfigBody.LONGEST_TIME)
                            .refuseIfAny();
                    return endpoint.<ChatCommand, ChatView>askWithStatus(
                            entities.chat(id),
                            replyTo -> new ChatCommand.TakeOver(caller.userId(), minutes, OwnerVia.API, replyTo));
                })
                .thenApply(chat -> Responses.ok(ChatItem.whole(chat)));
    }

    private CompletionStage<HttpResponse> giveBack(Caller caller, String id) {
        if (!Parameters.isId(id)) {
            return CompletableFuture.failedStage(ProblemException.notFound("chat"));
        }
        return endpoint.<ChatCommand, ChatView>askWithStatus(
                        entities.chat(id),
                        replyTo -> new ChatCommand.EndTakeover(caller.userId(), OwnerVia.API, replyTo))
                .thenApply(chat -> Responses.ok(ChatItem.whole(chat)));
    }

    /** Sends and stores nothing, but asks a model. */
    private CompletionStage<HttpResponse> preview(Caller caller, String id) {
        return asked(caller, id, SendBody.class, body -> text(body, LONGEST_MESSAGE))
                .thenCompose(text -> endpoint.<ChatCommand, ChatCommand.Previewed>askWithStatus(
                        entities.chat(id),
                        replyTo -> new ChatCommand.Preview(caller.userId(), text, replyTo),
                        previewWithin))
                .thenApply(previewed -> Responses.ok(PreviewView.of(previewed)));
    }

    /** A text to send, with its Idempotency-Key. */
    private record Wished(String text, @Nullable String key) {
        @Override
        public String toString() {
            return "Wished[]";
        }
    }

    /**
     * What a body asks of a chat. Whether the chat is the caller's is left to the chat, which is asked next; only when the body is
     * refused, it is asked before: a stranger's chat is not found, whatever the body says.
     */
    private <B, T> CompletionStage<T> asked(Caller caller, String id, Class<B> type, Function<B, T> validated) {
        if (!Parameters.isId(id)) {
            return CompletableFuture.failedStage(ProblemException.notFound("chat"));
        }
        return endpoint.body(caller.request(), type)
                .thenApply(validated)
                .exceptionallyCompose(
                        refused -> chat(caller, id).thenCompose(chat -> CompletableFuture.failedStage(refused)));
    }

    private static String text(SendBody body, int longest) {
        Violations violations = new Violations();
        String text = violations.required(body.text(), "/text", "a text", "");
        if (text.length() > longest) {
            throw ProblemException.of(ProblemKind.TOO_LARGE, "A text has at most " + longest + " UTF-16 units.");
        }
        if (body.text() != null) {
            violations.body(Characters.areVisible(text), "/text", "a text with a visible character");
        }
        violations.refuseIfAny();
        return text;
    }

    private static @Nullable String idempotencyKey(Caller caller) {
        Optional<String> key = caller.request().getHeader(IDEMPOTENCY_KEY).map(HttpHeader::value);
        key.filter(text -> !VISIBLE_ASCII.matcher(text).matches()).ifPresent(text -> {
            throw ProblemException.invalid(java.util.List.of(
                    Violation.inHeader(IDEMPOTENCY_KEY, "expected: 1 to 128 visible ASCII characters")));
        });
        return key.orElse(null);
    }

    private CompletionStage<ChatView> chat(Caller caller, String id) {
        if (!Parameters.isId(id)) {
            return CompletableFuture.failedStage(ProblemException.notFound("chat"));
        }
        return endpoint.askWithStatus(entities.chat(id), replyTo -> new ChatCommand.GetChat(caller.userId(), replyTo));
    }
}
