package io.vibee.http;

import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.PathMatchers.separateOnSlashes;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Route;
import org.jspecify.annotations.Nullable;

/** The nodes of the cluster, for operators. */
public final class NodeRoutes {

    private static final String NODES = "/api/v1/admin/nodes";

    /**
     * A node, as the one that answers sees it; null is what it can't say.
     *
     * @param address of its actor system
     * @param version of its build
     * @param status {@code joining}, {@code weakly_up}, {@code up}, {@code leaving}, {@code exiting} or {@code down}; {@code unreachable}
     *     when it doesn't answer others, {@code gone} when it ended without a word within a day
     * @param self whether it is the one that answers
     * @param leader whether it decides about members
     * @param holdsLease whether its cluster is the one that may be on this database
     * @param seenAt when it wrote to the database last
     * @param cpuLoad how much of its machine's processors it used lately, from 0 to 1
     * @param sessions that live on it
     * @param chats that are awake on it
     */
    public record NodeView(
            String address,
            @Nullable String version,
            String status,
            boolean self,
            boolean leader,
            @Nullable Boolean holdsLease,
            @Nullable Instant startedAt,
            @Nullable Instant seenAt,
            @Nullable Double cpuLoad,
            @Nullable Long sessions,
            @Nullable Long chats) {}

    private final AuthenticatedEndpoint endpoint;
    private final Operators operators;
    private final Supplier<CompletionStage<List<NodeView>>> nodes;

    /**
     * @param nodes all that there are, asked anew each time
     */
    public NodeRoutes(
            AuthenticatedEndpoint endpoint, Operators operators, Supplier<CompletionStage<List<NodeView>>> nodes) {
        this.endpoint = endpoint;
        this.operators = operators;
        this.nodes = nodes;
    }

    public Route route() {
        return path(
                separateOnSlashes("api/v1/admin/nodes"),
                () -> get(() -> endpoint.signedIn(NODES, operators.only(caller -> list()))));
    }

    private CompletionStage<HttpResponse> list() {
        return nodes.get().thenApply(all -> Responses.ok(new ItemList<>(all, null)));
    }
}
