package io.vibee.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server that plays a real one: {@link #faults()} plans what goes wrong, {@link #requests()} shows what was asked. It has a port of
 * its own, or another server hands it the requests.
 */
public abstract class SimulatedServer {
    final ActorSystem<?> system;
    final Timing timing;
    private final FaultPlan faults = new FaultPlan();
    private final RequestLog requests = new RequestLog();

    private @Nullable SandboxHttp http;

    SimulatedServer(ActorSystem<?> system) {
        this.system = system;
        this.timing = new Timing(system);
    }

    /** The base address for the settings of a client. */
    public abstract URI url();

    /** The faults that its next calls meet, each by a method's name in any case. */
    public final FaultPlan faults() {
        return faults;
    }

    /** Every request that it received, those that met a fault as well. */
    public final RequestLog requests() {
        return requests;
    }

    /** Closes the port and breaks every connection, held polls as well. */
    public final CompletionStage<Done> stop() {
        return port().stop();
    }

    /** Opens the given port of 127.0.0.1 or, for 0, a free one. */
    final CompletionStage<Done> open(int port) {
        return SandboxHttp.bind(system, port, this::handle).thenApply(bound -> {
            http = bound;
            return Done.getInstance();
        });
    }

    final SandboxHttp port() {
        SandboxHttp own = http;
        if (own == null) {
            throw new IllegalStateException("this server has no port of its own");
        }
        return own;
    }

    /** Answers a request. {@code cut} breaks its connection. */
    abstract CompletionStage<HttpResponse> handle(HttpRequest request, Runnable cut);

    /** A planned refusal in this server's own form. */
    abstract HttpResponse refused(Fault.Refusal refusal);

    /** Notes a call, then carries it out, or does what the next planned fault says. */
    final CompletionStage<HttpResponse> answer(
            String method,
            long botId,
            JsonNode params,
            Supplier<CompletionStage<HttpResponse>> execution,
            Runnable cut) {
        requests.add(method, botId, params);
        Fault fault = faults.take(method, botId);
        return switch (fault) {
            case null -> execution.get();
            case Fault.Refusal refusal -> CompletableFuture.completedFuture(refused(refusal));
            case Fault.Raw raw -> CompletableFuture.completedFuture(raw(raw));
            case Fault.Delay delay -> timing.stageAfter(delay.duration(), execution);
            case Fault.CutBefore now -> afterCut(cut);
            case Fault.CutAfter later -> execution.get().thenCompose(lost -> afterCut(cut));
        };
    }

    private static CompletionStage<HttpResponse> afterCut(Runnable cut) {
        cut.run();
        return new CompletableFuture<>();
    }

    private static HttpResponse raw(Fault.Raw raw) {
        return HttpResponse.create()
                .withStatus(StatusCodes.get(raw.status()))
                .withEntity(
                        raw.contentType().equals("text/html")
                                ? ContentTypes.TEXT_HTML_UTF8
                                : ContentTypes.APPLICATION_JSON,
                        ByteString.fromString(raw.body()));
    }

    /**
     * An answer in JSON.
     *
     * @param retryAfter seconds for the header of that name; null: no header
     */
    static HttpResponse json(int status, String body, @Nullable Integer retryAfter) {
        var response = HttpResponse.create()
                .withStatus(StatusCodes.get(status))
                .withEntity(ContentTypes.APPLICATION_JSON, ByteString.fromString(body));
        return retryAfter == null
                ? response
                : response.addHeader(RawHeader.create("Retry-After", retryAfter.toString()));
    }
}
