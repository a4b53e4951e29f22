package io.vibee.http;

import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.PathMatchers.separateOnSlashes;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.NotUsed;
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
 * Streams a user's data to its owner. It costs far more than other requests, so of each user one runs at a time and of all a few on
 * a node. One that fails in the middle ends the connection without the end that HTTP and JSON have.
 */
public final class ExportRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(ExportRoutes.class);
    private static final String EXPORT = "/api/v1/users/me/export";
    private static final int MOST_AT_ONCE = 4;
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(30);

    private final Door door;
    private final UserRoutes users;
    private final Export export;
    private final Set<Running> running = ConcurrentHashMap.newKeySet();

    public ExportRoutes(Door door, UserRoutes users, Export export) {
        this.door = door;
        this.users = users;
        this.export = export;
    }

    private record Running(String userId, String requestId) {}

    public Route route() {
        return path(separateOnSlashes("api/v1/users/me/export"), () -> get(() -> door.signedIn(EXPORT, this::export)));
    }

    private CompletionStage<HttpResponse> export(Caller caller) {
        if (running.stream().anyMatch(one -> one.userId().equals(caller.userId()))) {
            throw ProblemException.later(
                    ProblemKind.TOO_MANY_REQUESTS, "An export of this user is running already.", AGAIN_AFTER);
        }
        if (running.size() >= MOST_AT_ONCE) {
            throw ProblemException.later(ProblemKind.UNAVAILABLE, "Too many exports are running.", AGAIN_AFTER);
        }
        Running mine =
                new Running(caller.userId(), Exchange.of(caller.request()).requestId());
        return users.me(caller)
                .thenApply(user -> HttpResponse.create()
                        .addHeader(
                                RawHeader.create("Content-Disposition", "attachment; filename=\"vibee-export.json\""))
                        .withEntity(HttpEntities.create(
                                ContentTypes.APPLICATION_JSON, counted(mine, export.of(caller.userId(), user)))));
    }

    /** It counts from when it is taken until it ends in whatever way; one that nobody takes costs nothing. */
    private Source<ByteString, NotUsed> counted(Running mine, Source<ByteString, NotUsed> pieces) {
        return Source.lazySource(() -> {
                    running.add(mine);
                    return pieces;
                })
                .watchTermination((started, ended) -> {
                    ended.whenComplete((done, failure) -> {
                        running.remove(mine);
                        if (failure != null) {
                            LOG.atWarn()
                                    .addKeyValue("request_id", mine.requestId())
                                    .addKeyValue("user_id", mine.userId())
                                    .log("an export broke off: {}", failure.toString());
                        }
                    });
                    return NotUsed.getInstance();
                });
    }
}
