package io.vibee.http;

import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.delete;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.patch;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathEnd;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.post;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;
import static org.apache.pekko.http.javadsl.server.PathMatchers.separateOnSlashes;

import io.vibee.cluster.Entities;
import io.vibee.persistence.session.SessionRow;
import io.vibee.persistence.session.SessionRows;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.session.Delivery;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionView;
import io.vibee.session.Connected;
import io.vibee.session.Connections;
import io.vibee.session.Webhooks;
import io.vibee.telegram.BotToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/** A user's Telegram sessions. The row knows whose a session is, its entity knows its state. */
public final class SessionRoutes {

    private static final String SESSIONS = "/api/v1/sessions";
    private static final String ONE = SESSIONS + "/{id}";

    private final AuthenticatedEndpoint endpoint;
    private final SessionRows rows;
    private final Connections connections;
    private final Entities entities;
    private final SessionLookup views;
    private final EntityPage gathering;
    private final Webhooks webhooks;

    public SessionRoutes(
            AuthenticatedEndpoint endpoint,
            SessionRows rows,
            Connections connections,
            Entities entities,
            SessionLookup views,
            EntityPage gathering,
            Webhooks webhooks) {
        this.endpoint = endpoint;
        this.rows = rows;
        this.connections = connections;
        this.entities = entities;
        this.views = views;
        this.gathering = gathering;
        this.webhooks = webhooks;
    }

    public Route route() {
        return pathPrefix(
                separateOnSlashes("api/v1/sessions"),
                () -> concat(
                        pathEnd(() -> get(() -> endpoint.signedIn(SESSIONS, this::list))),
                        path("connect", () -> post(() -> endpoint.signedIn(SESSIONS + "/connect", this::connect))),
                        pathPrefix(segment(), this::one)));
    }

    private Route one(String id) {
        return concat(
                pathEnd(() -> concat(
                        get(() -> endpoint.signedIn(ONE, caller -> show(caller, id))),
                        patch(() -> endpoint.signedIn(ONE, caller -> change(caller, id))),
                        delete(() -> endpoint.signedIn(ONE, caller -> disconnect(caller, id))))),
                path(
                        "pause",
                        () -> post(() -> endpoint.signedIn(
                                ONE + "/pause",
                                caller -> command(
                                        caller, id, replyTo -> new SessionCommand.Pause(caller.userId(), replyTo))))),
                path(
                        "resume",
                        () -> post(() -> endpoint.signedIn(
                                ONE + "/resume",
                                caller -> command(
                                        caller, id, replyTo -> new SessionCommand.Resume(caller.userId(), replyTo))))));
    }

    record ConnectBody(
            @Nullable String botToken,
            @Nullable ChatMode defaultMode,
            @Nullable Delivery delivery) {
        @Override
        public String toString() {
            return "ConnectBody[" + defaultMode + "]";
        }
    }

    record ChangeBody(
            @Nullable ChatMode defaultMode,
            @Nullable Delivery delivery,
            @Nullable Boolean reviewNewContacts) {}

    private CompletionStage<HttpResponse> connect(Caller caller) {
        return endpoint.body(caller.request(), ConnectBody.class)
                .thenCompose(body -> connections.connect(
                        caller.userId(),
                        token(body),
                        Objects.requireNonNullElse(body.defaultMode(), ChatMode.DISABLED),
                        possible(Objects.requireNonNullElse(body.delivery(), Delivery.POLLING))))
                .thenApply(SessionRoutes::answer);
    }

    private Delivery possible(Delivery delivery) {
        if (delivery == Delivery.WEBHOOK && !webhooks.possible()) {
            throw ProblemException.invalidBody(
                    "/delivery",
                    "expected: polling, for Telegram can't reach this service: its operator has not set VIBEE_PUBLIC_URL");
        }
        return delivery;
    }

    private static BotToken token(ConnectBody body) {
        Violations violations = new Violations();
        String text = violations.required(body.botToken(), "/bot_token", "the token that BotFather gives", "");
        violations.refuseIfAny();
        try {
            return BotToken.of(text);
        } catch (IllegalArgumentException e) {
            throw ProblemException.invalidBody(
                    "/bot_token", "expected: the token that BotFather gives, as 123456:ABC…");
        }
    }

    private static HttpResponse answer(Connected result) {
        return switch (result) {
            case Connected.Live live ->
                Responses.json(StatusCodes.CREATED, live.session())
                        .addHeader(RawHeader.create(
                                "Location", SESSIONS + "/" + live.session().id()));
            case Connected.Already already ->
                throw ProblemException.of(ProblemKind.ALREADY_CONNECTED, "You have connected this bot already.");
            case Connected.Taken taken ->
                throw ProblemException.of(ProblemKind.ALREADY_CONNECTED, "This bot is connected already.");
            case Connected.TooMany tooMany ->
                throw ProblemException.of(
                        ProblemKind.SESSION_LIMIT,
                        "At most " + tooMany.limit() + " sessions can be connected; remove one first.");
            case Connected.TokenRefused refused ->
                throw ProblemException.of(ProblemKind.TOKEN_REFUSED, "Telegram does not know this token.");
            case Connected.TelegramAway away ->
                throw ProblemException.later(
                        ProblemKind.TELEGRAM_UNAVAILABLE,
                        "Telegram could not be asked about this token; try again.",
                        Objects.requireNonNullElse(away.retryAfter(), Duration.ofSeconds(10)));
        };
    }

    private CompletionStage<HttpResponse> list(Caller caller) {
        Parameters parameters = Parameters.of(caller.request());
        int limit = parameters.limit();
        String cursor = parameters.cursor();
        parameters.refuseIfAny();
        return gathering
                .page(() -> rows.list(caller.userId(), cursor, limit), views::of)
                .thenApply(Responses::ok);
    }

    private CompletionStage<HttpResponse> show(Caller caller, String id) {
        return row(caller, id)
                .thenCompose(views::of)
                .thenApply(view -> Responses.ok(view.orElseThrow(() -> ProblemException.notFound("session"))));
    }

    private CompletionStage<HttpResponse> change(Caller caller, String id) {
        return row(caller, id)
                .thenCompose(row -> endpoint.body(caller.request(), ChangeBody.class)
                        .thenCompose(body -> change(caller, row, body)))
                .thenApply(Responses::ok);
    }

    private CompletionStage<SessionView> change(Caller caller, SessionRow row, ChangeBody body) {
        ChatMode mode = body.defaultMode();
        Delivery delivery = body.delivery();
        Boolean review = body.reviewNewContacts();
        List<Function<ActorRef<StatusReply<SessionView>>, SessionCommand>> changes = new ArrayList<>();
        if (delivery != null) {
            Delivery wanted = possible(delivery);
            changes.add(replyTo -> new SessionCommand.ChangeDelivery(caller.userId(), wanted, replyTo));
        }
        if (mode != null) {
            changes.add(replyTo -> new SessionCommand.ChangeDefaultMode(caller.userId(), mode, replyTo));
        }
        if (review != null) {
            changes.add(replyTo -> new SessionCommand.ChangeReview(caller.userId(), review, replyTo));
        }
        if (changes.isEmpty()) {
            throw ProblemException.invalid(List.of(
                    Violation.inBody("/default_mode", "missing (expected: one of " + Json.names(ChatMode.class) + ")"),
                    Violation.inBody("/delivery", "missing (expected: one of " + Json.names(Delivery.class) + ")"),
                    Violation.inBody("/review_new_contacts", "missing (expected: true or false)")));
        }
        CompletionStage<SessionView> changed = ask(row, changes.getFirst());
        for (var change : changes.subList(1, changes.size())) {
            changed = changed.thenCompose(view -> ask(row, change));
        }
        return changed;
    }

    private CompletionStage<HttpResponse> command(
            Caller caller, String id, Function<ActorRef<StatusReply<SessionView>>, SessionCommand> command) {
        return row(caller, id).thenCompose(row -> ask(row, command)).thenApply(Responses::ok);
    }

    /** The entity lets go first. If the row were gone and the entity alive, nobody could stop it any more. */
    private CompletionStage<HttpResponse> disconnect(Caller caller, String id) {
        return row(caller, id)
                .thenCompose(row -> endpoint.<SessionCommand, Done>askWithStatus(
                                entities.session(row.id()),
                                replyTo -> new SessionCommand.Disconnect(caller.userId(), replyTo))
                        .exceptionallyCompose(failure -> Refusal.SESSION_NOT_FOUND.isIn(failure)
                                ? CompletableFuture.completedStage(Done.getInstance())
                                : CompletableFuture.failedStage(failure)))
                .thenCompose(done -> rows.delete(caller.userId(), id))
                .thenApply(deleted -> Responses.noContent());
    }

    private CompletionStage<SessionRow> row(Caller caller, String id) {
        if (!Parameters.isId(id)) {
            return CompletableFuture.failedStage(ProblemException.notFound("session"));
        }
        return rows.find(caller.userId(), id)
                .thenApply(found -> found.orElseThrow(() -> ProblemException.notFound("session")));
    }

    private CompletionStage<SessionView> ask(
            SessionRow row, Function<ActorRef<StatusReply<SessionView>>, SessionCommand> command) {
        return endpoint.askWithStatus(entities.session(row.id()), command);
    }
}
