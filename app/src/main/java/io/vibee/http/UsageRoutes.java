package io.vibee.http;

import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.PathMatchers.separateOnSlashes;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vibee.cluster.Entities;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.UsageView;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Route;
import org.jspecify.annotations.Nullable;

/** A user's use of the models today, by UTC. The export has earlier days. */
public final class UsageRoutes {

    private static final String USAGE = "/api/v1/usage";

    private final AuthenticatedEndpoint endpoint;
    private final Entities entities;

    public UsageRoutes(AuthenticatedEndpoint endpoint, Entities entities) {
        this.endpoint = endpoint;
        this.entities = entities;
    }

    public Route route() {
        return path(separateOnSlashes("api/v1/usage"), () -> get(() -> endpoint.signedIn(USAGE, this::show)));
    }

    record Requests(int used, @Nullable Integer limit) {}

    record Tokens(long prompt, long completion) {}

    /**
     * @param endedAt when the day's calls or tokens were found used up, else left out
     */
    record Usage(
            LocalDate day,
            Requests aiRequests,
            Tokens tokens,
            BigDecimal costUsd,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Instant endedAt) {

        static Usage of(UsageView view) {
            return new Usage(
                    view.day(),
                    new Requests(view.calls(), view.callsLimit()),
                    new Tokens(view.promptTokens(), view.completionTokens()),
                    Dollars.ofMicro(view.costMicroUsd()),
                    view.endedAt());
        }
    }

    private CompletionStage<HttpResponse> show(Caller caller) {
        return endpoint.askWithStatus(entities.account(caller.userId()), AccountCommand.GetUsage::new)
                .thenApply(Usage::of)
                .thenApply(Responses::ok);
    }
}
