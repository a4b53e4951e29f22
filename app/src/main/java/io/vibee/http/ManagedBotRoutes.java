package io.vibee.http;

import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.post;
import static org.apache.pekko.http.javadsl.server.Directives.put;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;
import static org.apache.pekko.http.javadsl.server.PathMatchers.separateOnSlashes;

import io.vibee.operator.ManagedBots;
import io.vibee.persistence.session.SessionRows;
import io.vibee.protocol.session.SessionView;
import io.vibee.session.Connected;
import io.vibee.telegram.BotAccess;
import io.vibee.telegram.TelegramException;
import io.vibee.telegram.TelegramFailure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.PathMatcher1;
import org.apache.pekko.http.javadsl.server.Route;

/** Sessions of bots that their owners made through the operator's bot: another token, and who may write to them. */
public final class ManagedBotRoutes {

    private static final String ONE = "/api/v1/sessions/{id}";
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(10);

    private final AuthenticatedEndpoint endpoint;
    private final SessionRows rows;
    private final ManagedBots bots;

    public ManagedBotRoutes(AuthenticatedEndpoint endpoint, SessionRows rows, ManagedBots bots) {
        this.endpoint = endpoint;
        this.rows = rows;
        this.bots = bots;
    }

    public Route route() {
        return concat(
                path(
                        below("token/replace"),
                        id -> post(
                                () -> endpoint.signedIn(ONE + "/token/replace", caller -> replaceToken(caller, id)))),
                path(
                        below("access"),
                        id -> concat(
                                get(() -> endpoint.signedIn(ONE + "/access", caller -> access(caller, id))),
                                put(() -> endpoint.signedIn(ONE + "/access", caller -> setAccess(caller, id))))));
    }

    private static PathMatcher1<String> below(String rest) {
        return separateOnSlashes("api/v1/sessions").slash(segment()).slash(separateOnSlashes(rest));
    }

    /**
     * @param userIds who may write beside the owner, when not everyone may
     */
    record AccessView(boolean everyone, List<Long> userIds) {
        static AccessView of(BotAccess access) {
            return new AccessView(!access.restricted(), access.userIds());
        }
    }

    private CompletionStage<HttpResponse> access(Caller caller, String id) {
        return managed(caller, id)
                .thenCompose(ManagedBots.Managed::access)
                .exceptionallyCompose(ManagedBotRoutes::telegramsAnswer)
                .thenApply(access -> Responses.ok(AccessView.of(access)));
    }

    private CompletionStage<HttpResponse> setAccess(Caller caller, String id) {
        return managed(caller, id)
                .thenCompose(bot -> endpoint.body(caller.request(), AccessBody.class)
                        .thenApply(AccessBody::validated)
                        .thenCompose(access -> set(bot, access)))
                .thenApply(access -> Responses.ok(AccessView.of(access)));
    }

    private static CompletionStage<BotAccess> set(ManagedBots.Managed bot, BotAccess access) {
        return bot.access(access)
                .thenApply(done -> access)
                .exceptionallyCompose(failure ->
                        ManagedBots.isRefusal(failure) && !access.userIds().isEmpty()
                                // Either Telegram does not know one of them, or the bot is not managed any more.
                                ? bot.access().thenCompose(known -> CompletableFuture.failedStage(unknownPeople()))
                                : CompletableFuture.failedStage(failure))
                .exceptionallyCompose(ManagedBotRoutes::telegramsAnswer);
    }

    private CompletionStage<HttpResponse> replaceToken(Caller caller, String id) {
        return managed(caller, id)
                .thenCompose(ManagedBots.Managed::replaceToken)
                .exceptionallyCompose(ManagedBotRoutes::telegramsAnswer)
                .thenApply(connected -> Responses.ok(replaced(connected)));
    }

    private static SessionView replaced(Connected connected) {
        return switch (connected) {
            case Connected.Live live -> live.session();
            // The session was removed meanwhile.
            case Connected.Taken taken -> throw ProblemException.notFound("session");
            case Connected.TooMany tooMany -> throw ProblemException.notFound("session");
            // Telegram gives a token that is not the last one any more, or can't be asked about it.
            case Connected.Already already -> throw away();
            case Connected.TokenRefused refused -> throw away();
            case Connected.TelegramAway away -> throw away();
        };
    }

    private CompletionStage<ManagedBots.Managed> managed(Caller caller, String id) {
        if (!Parameters.isId(id)) {
            return CompletableFuture.failedStage(ProblemException.notFound("session"));
        }
        return rows.find(caller.userId(), id)
                .thenCompose(row -> bots.of(row.orElseThrow(() -> ProblemException.notFound("session"))))
                .thenApply(bot -> bot.orElseThrow(ManagedBotRoutes::notManaged));
    }

    private static <T> CompletionStage<T> telegramsAnswer(Throwable thrown) {
        Throwable failure = ExceptionMapper.unwrap(thrown);
        if (ManagedBots.isRefusal(failure)) {
            return CompletableFuture.failedStage(notManaged());
        }
        if (failure instanceof TelegramException answer) {
            return CompletableFuture.failedStage(
                    answer.failure() instanceof TelegramFailure.FloodWait wait ? away(wait.retryAfter()) : away());
        }
        return CompletableFuture.failedStage(failure);
    }

    private static ProblemException notManaged() {
        return ProblemException.of(
                ProblemKind.SESSION_NOT_MANAGED,
                "Only of a bot that you made through this service's own bot, and that is still yours.");
    }

    private static ProblemException unknownPeople() {
        return ProblemException.invalidBody("/user_ids", "expected: ids of people whom Telegram knows");
    }

    private static ProblemException away() {
        return away(AGAIN_AFTER);
    }

    private static ProblemException away(Duration retryAfter) {
        return ProblemException.later(
                ProblemKind.TELEGRAM_UNAVAILABLE, "Telegram did not do it, or did not say so; try again.", retryAfter);
    }
}
