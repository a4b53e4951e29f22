package io.vibee.http;

import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.post;
import static org.apache.pekko.http.javadsl.server.PathMatchers.separateOnSlashes;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.vibee.account.LinkCode;
import io.vibee.persistence.account.TelegramLinks;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.session.Bot;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;
import org.jspecify.annotations.Nullable;

/** Links to the operator's bot: whoever opens one in Telegram shows which Telegram account is the user's. */
public final class LinkRoutes {

    private static final String LINK = "/api/v1/sessions/link";
    private static final Duration LIFE = Duration.ofMinutes(15);

    private final AuthenticatedEndpoint endpoint;
    private final Supplier<CompletionStage<Optional<Bot>>> operator;
    private final TelegramLinks links;

    /**
     * @param operator gives the operator's bot; empty when this service has none
     */
    public LinkRoutes(
            AuthenticatedEndpoint endpoint, Supplier<CompletionStage<Optional<Bot>>> operator, TelegramLinks links) {
        this.endpoint = endpoint;
        this.operator = operator;
        this.links = links;
    }

    public Route route() {
        return path(separateOnSlashes("api/v1/sessions/link"), () -> post(() -> endpoint.signedIn(LINK, this::link)));
    }

    /** What a link is to connect. */
    enum Kind {
        /** A person's profile. */
        @JsonProperty("business")
        BUSINESS
    }

    /**
     * @param defaultMode of new chats; null: drafts
     */
    record LinkBody(@Nullable Kind kind, @Nullable ChatMode defaultMode) {}

    record LinkView(String url, String code, Instant expiresAt) {
        @Override
        public String toString() {
            return "LinkView[…]";
        }
    }

    private CompletionStage<HttpResponse> link(Caller caller) {
        return endpoint.body(caller.request(), LinkBody.class).thenCompose(body -> {
            Violations violations = new Violations();
            violations.required(body.kind(), "/kind", "one of " + Json.names(Kind.class), Kind.BUSINESS);
            violations.refuseIfAny();
            return operator.get().thenCompose(bot -> link(caller, body, bot.orElseThrow(LinkRoutes::noBot)));
        });
    }

    private CompletionStage<HttpResponse> link(Caller caller, LinkBody body, Bot bot) {
        LinkCode code = LinkCode.random();
        ChatMode mode = Objects.requireNonNullElse(body.defaultMode(), ChatMode.DRAFT);
        return links.issue(code.hash(), new TelegramLinks.Link(caller.userId(), mode), LIFE)
                .thenApply(expiresAt -> Responses.json(
                        StatusCodes.CREATED,
                        new LinkView(
                                "https://t.me/" + bot.username() + "?start=" + code.text(), code.text(), expiresAt)));
    }

    private static ProblemException noBot() {
        return ProblemException.of(
                ProblemKind.NO_OPERATOR_BOT,
                "The operator of this service has not set TELEGRAM_BOT_TOKEN, or Telegram was never reached with it.");
    }
}
