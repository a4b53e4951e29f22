package io.vibee.http;

import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.PathMatchers.separateOnSlashes;

import io.vibee.cluster.EntityType;
import io.vibee.persistence.audit.AuditLog;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Route;

/** A user's own journal, in the clear, except for secrets. */
public final class AuditRoutes {

    private static final String AUDIT = "/api/v1/audit";

    private final AuthenticatedEndpoint endpoint;
    private final AuditLog audit;
    private final AuditItems items;

    public AuditRoutes(AuthenticatedEndpoint endpoint, AuditLog audit, AuditItems items) {
        this.endpoint = endpoint;
        this.audit = audit;
        this.items = items;
    }

    public Route route() {
        return path(separateOnSlashes("api/v1/audit"), () -> get(() -> endpoint.signedIn(AUDIT, this::list)));
    }

    private CompletionStage<HttpResponse> list(Caller caller) {
        Parameters parameters = Parameters.of(caller.request(), "session_id", "chat_id", "type", "from", "to");
        int limit = parameters.limit();
        String cursor = parameters.cursor();
        AuditLog.Filter filter = filter(parameters);
        parameters.refuseIfAny();
        return EntityPage.read(() -> audit.page(caller.userId(), filter, cursor, limit))
                .thenCompose(page -> items.of(caller.userId(), page.items())
                        .thenApply(shown -> new ItemList<>(shown, page.nextCursor())))
                .thenApply(Responses::ok);
    }

    private static AuditLog.Filter filter(Parameters parameters) {
        String chat = parameters.id("chat_id");
        String session = parameters.id("session_id");
        Instant from = parameters.instant("from");
        Instant to = parameters.instant("to");
        if (from != null && to != null && !from.isBefore(to)) {
            parameters.violations().query("to", "a time after from");
        }
        return new AuditLog.Filter(
                session,
                chat == null ? null : EntityType.CHAT.persistenceId(chat).id(),
                manifests(parameters),
                from,
                to);
    }

    private static List<String> manifests(Parameters parameters) {
        Optional<String> type = parameters.text("type");
        Optional<String> manifest = type.flatMap(EventTypes::manifest);
        if (type.isPresent() && manifest.isEmpty()) {
            parameters.violations().query("type", "one of " + String.join(", ", EventTypes.names()));
        }
        return manifest.stream().toList();
    }
}
