package io.vibee.http;

import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathEnd;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * Whether the process lives, whether it can serve, and whether all is well. A check that fails or takes longer than two seconds is down.
 * The service is well when all checks are up. It is ready even when a check is down that would be down on every node.
 */
public final class HealthRoutes {

    private static final Duration LONGEST = Duration.ofSeconds(2);

    private final AuthenticatedEndpoint endpoint;
    private final String version;
    private final Map<String, Supplier<CompletionStage<ReadinessCheck>>> checks;
    private final long startedNanos = System.nanoTime();

    public HealthRoutes(
            AuthenticatedEndpoint endpoint,
            String version,
            Map<String, Supplier<CompletionStage<ReadinessCheck>>> checks) {
        this.endpoint = endpoint;
        this.version = version;
        this.checks = Map.copyOf(checks);
    }

    public Route route() {
        return pathPrefix(
                "health",
                () -> concat(
                        pathEnd(() -> get(() -> endpoint.open("/health", request -> whole()))),
                        path("live", () -> get(() -> endpoint.open("/health/live", request -> live()))),
                        path("ready", () -> get(() -> endpoint.open("/health/ready", request -> ready())))));
    }

    record StatusView(String status) {}

    record HealthView(String status, String version, long uptimeSeconds, Map<String, ReadinessCheck> checks) {}

    private static CompletionStage<HttpResponse> live() {
        return CompletableFuture.completedStage(Responses.ok(new StatusView("up")));
    }

    private CompletionStage<HttpResponse> ready() {
        return results().thenApply(results -> {
            boolean serving = results.values().stream().allMatch(ReadinessCheck::serving);
            return Responses.json(
                    serving ? StatusCodes.OK : StatusCodes.SERVICE_UNAVAILABLE,
                    new StatusView(serving ? "up" : "down"));
        });
    }

    private CompletionStage<HttpResponse> whole() {
        return results().thenApply(results -> {
            long uptime = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedNanos);
            return Responses.json(code(results), new HealthView(status(results), version, uptime, results));
        });
    }

    private CompletionStage<Map<String, ReadinessCheck>> results() {
        Map<String, CompletableFuture<ReadinessCheck>> running = new TreeMap<>();
        checks.forEach((name, check) -> running.put(name, run(check)));
        return CompletableFuture.allOf(running.values().toArray(CompletableFuture[]::new))
                .thenApply(all -> {
                    Map<String, ReadinessCheck> results = new TreeMap<>();
                    running.forEach((name, result) -> results.put(name, result.join()));
                    return results;
                });
    }

    private static CompletableFuture<ReadinessCheck> run(Supplier<CompletionStage<ReadinessCheck>> check) {
        try {
            // A copy, since the time-out completes it.
            return check.get()
                    .thenApply(result -> result)
                    .toCompletableFuture()
                    .completeOnTimeout(
                            ReadinessCheck.down("no answer in time"), LONGEST.toMillis(), TimeUnit.MILLISECONDS)
                    .exceptionally(failure -> ReadinessCheck.down("failed"));
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(ReadinessCheck.down("failed"));
        }
    }

    private static StatusCode code(Map<String, ReadinessCheck> results) {
        return allUp(results) ? StatusCodes.OK : StatusCodes.SERVICE_UNAVAILABLE;
    }

    private static String status(Map<String, ReadinessCheck> results) {
        return allUp(results) ? "up" : "down";
    }

    private static boolean allUp(Map<String, ReadinessCheck> results) {
        return results.values().stream().allMatch(ReadinessCheck::isUp);
    }
}
