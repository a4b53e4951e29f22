package io.vibee.http;

import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.PathMatchers.separateOnSlashes;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams a user's data to its owner. An export costs far more than other requests, so one runs at a time for each user, and a few on a
 * node. One that fails in the middle ends the connection without the end that HTTP and JSON have.
 */
public final class ExportRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(ExportRoutes.class);
    private static final String EXPORT = "/api/v1/users/me/export";
    private static final int MOST_AT_ONCE = 4;
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(30);

    private final AuthenticatedEndpoint endpoint;
    private final UserRoutes users;
    private final Export export;
    private final RunningExports running;

    public ExportRoutes(ActorSystem<?> system, AuthenticatedEndpoint endpoint, UserRoutes users, Export export) {
        this.endpoint = endpoint;
        this.users = users;
        this.export = export;
        this.running = new RunningExports(MOST_AT_ONCE, system);
    }

    public Route route() {
        return path(
                separateOnSlashes("api/v1/users/me/export"), () -> get(() -> endpoint.signedIn(EXPORT, this::export)));
    }

    private CompletionStage<HttpResponse> export(Caller caller) {
        RunningExports.Permit permit = permit(caller);
        return users.me(caller)
                .thenApply(user -> HttpResponse.create()
                        .addHeader(
                                RawHeader.create("Content-Disposition", "attachment; filename=\"vibee-export.json\""))
                        .withEntity(HttpEntities.create(
                                ContentTypes.APPLICATION_JSON,
                                counted(permit, caller, export.of(caller.userId(), user)))))
                .whenComplete((answer, failure) -> {
                    if (failure != null) {
                        permit.end();
                    }
                });
    }

    private RunningExports.Permit permit(Caller caller) {
        RunningExports.Attempt attempt = running.reserve(caller.userId());
        return attempt.permit().orElseThrow(() -> switch (attempt.refusal().orElseThrow()) {
            case OF_USER ->
                ProblemException.later(
                        ProblemKind.TOO_MANY_REQUESTS, "An export of this user is running already.", AGAIN_AFTER);
            case OF_ALL ->
                ProblemException.later(ProblemKind.UNAVAILABLE, "Too many exports are running.", AGAIN_AFTER);
        });
    }

    /** Holds its permit until it ends, in whatever way. */
    private static Source<ByteString, NotUsed> counted(
            RunningExports.Permit permit, Caller caller, Source<ByteString, NotUsed> pieces) {
        return Source.lazySource(() -> {
                    if (!permit.begin()) {
                        throw new IllegalStateException("taken too late");
                    }
                    return pieces;
                })
                .watchTermination((started, ended) -> {
                    var unused = ended.whenComplete((done, failure) -> {
                        permit.end();
                        if (failure != null) {
                            LOG.atWarn()
                                    .addKeyValue(
                                            "request_id",
                                            RequestContext.of(caller.request()).requestId())
                                    .addKeyValue("user_id", caller.userId())
                                    .log("an export broke off: {}", failure.toString());
                        }
                    });
                    return NotUsed.getInstance();
                });
    }
}
