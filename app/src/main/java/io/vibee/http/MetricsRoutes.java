package io.vibee.http;

import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.server.Route;

/** The metrics in Prometheus' text format, version 0.0.4. */
public final class MetricsRoutes {

    private static final ContentType FORMAT = MediaTypes.customWithOpenCharset(
                    "text", "plain", Map.of("version", "0.0.4"), false)
            .toContentType(HttpCharsets.UTF_8);

    private final AuthenticatedEndpoint endpoint;
    private final Supplier<String> scrape;

    /**
     * @param scrape gives what was measured so far; must not block
     */
    public MetricsRoutes(AuthenticatedEndpoint endpoint, Supplier<String> scrape) {
        this.endpoint = endpoint;
        this.scrape = scrape;
    }

    public Route route() {
        return path(
                "metrics",
                () -> get(() -> endpoint.open(
                        "/metrics",
                        request -> CompletableFuture.completedStage(HttpResponse.create()
                                .withEntity(
                                        HttpEntities.create(FORMAT, scrape.get().getBytes(StandardCharsets.UTF_8)))))));
    }
}
