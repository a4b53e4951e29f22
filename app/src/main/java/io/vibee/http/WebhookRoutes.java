package io.vibee.http;

import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathEnd;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.post;
import static org.apache.pekko.http.javadsl.server.PathMatchers.longSegment;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import io.vibee.protocol.session.Bot;
import io.vibee.protocol.session.SessionCommand.Acceptance;
import io.vibee.session.PostedUpdates;
import io.vibee.session.Webhooks;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.TimeoutAccess;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * Takes what Telegram posts (<a href="https://core.telegram.org/bots/api#setwebhook">setWebhook</a>), on any node. A post is answered
 * with 200 when the update is stored; Telegram repeats every other one.
 */
public final class WebhookRoutes {

    private static final String SECRET = "X-Telegram-Bot-Api-Secret-Token";
    private static final String OPERATION = "/" + Webhooks.ROOT + "/{session_id}";
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(5);

    private final AuthenticatedEndpoint endpoint;
    private final AddressLimiter addresses;
    private final Webhooks webhooks;
    private final PostedUpdates updates;

    /**
     * @param addresses of whom those pay who don't know an address's secret
     */
    public WebhookRoutes(
            AuthenticatedEndpoint endpoint, AddressLimiter addresses, Webhooks webhooks, PostedUpdates updates) {
        this.endpoint = endpoint;
        this.addresses = addresses;
        this.webhooks = webhooks;
        this.updates = updates;
    }

    public Route route() {
        return pathPrefix(
                Webhooks.ROOT,
                () -> pathPrefix(
                        segment(),
                        session -> pathPrefix(
                                longSegment(),
                                bot -> concat(
                                        pathEnd(() -> at(session, bot, "")),
                                        path(segment(), name -> at(session, bot, name))))));
    }

    private Route at(String session, long bot, String name) {
        Webhooks.Address address = new Webhooks.Address(session, new Bot(bot, name));
        return post(() -> endpoint.open(OPERATION, request -> take(address, request)));
    }

    private CompletionStage<HttpResponse> take(Webhooks.Address address, HttpRequest request) {
        requireSecret(address, request);
        request.getHeader(TimeoutAccess.class)
                .ifPresent(access -> access.timeoutAccess()
                        .updateTimeout(scala.concurrent.duration.Duration.fromNanos(PostedUpdates.WITHIN
                                .plus(HttpLimits.ASK)
                                .plus(HttpLimits.BODY)
                                .toNanos())));
        return endpoint.json(request, HttpLimits.MOST_UPDATE_BYTES)
                .thenCompose(json -> updates.take(address, json.toArrayUnsafe()))
                .thenApply(taken -> answer(taken.orElseThrow(() -> ProblemException.of(
                        ProblemKind.MALFORMED_REQUEST, "Expected: one update of Telegram, with its update_id."))));
    }

    private void requireSecret(Webhooks.Address address, HttpRequest request) {
        String given = request.getHeader(SECRET).map(header -> header.value()).orElse("");
        if (!webhooks.isSecret(address, given)) {
            addresses.charge(request, AddressLimiter.SIGN_IN_COST);
            throw ProblemException.of(
                    ProblemKind.WRONG_CREDENTIALS, "Expected: this address's secret in the header " + SECRET + ".");
        }
    }

    /** A session that is gone could not remove its webhook: the answer may name a method for Telegram to carry out. */
    private static HttpResponse answer(Acceptance acceptance) {
        return switch (acceptance) {
            case KEPT -> Responses.ok(Map.of());
            case NO_SESSION -> Responses.ok(Map.of("method", "deleteWebhook"));
            case LATER ->
                throw ProblemException.later(
                        ProblemKind.UNAVAILABLE, "The session can't take the update now.", AGAIN_AFTER);
            case NOT_WANTED ->
                throw ProblemException.later(
                        ProblemKind.UNAVAILABLE, "The session takes nothing from a webhook now.", AGAIN_AFTER);
        };
    }
}
