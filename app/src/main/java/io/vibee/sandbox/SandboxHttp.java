package io.vibee.sandbox;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.SharedKillSwitch;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.TLSProtocol.SessionBytes;
import org.apache.pekko.stream.TLSProtocol.SslTlsInbound;
import org.apache.pekko.stream.TLSProtocol.SslTlsOutbound;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.TLSPlacebo;
import org.apache.pekko.stream.javadsl.Tcp;
import org.apache.pekko.util.ByteString;

/**
 * An HTTP server on 127.0.0.1 whose handler can break a request's connection. Pekko HTTP's own server can't do that: it turns every failure
 * into a polite 500. It may hold any number of requests open.
 */
final class SandboxHttp {
    private static final int MAX_BODY_BYTES = 50 * 1024 * 1024;
    private static final int BACKLOG = 4096;

    /** Answers a request. {@code cut} breaks its connection, and the answer no longer matters. */
    interface Handler {
        CompletionStage<HttpResponse> handle(HttpRequest request, Runnable cut) throws Exception;
    }

    private final Tcp.ServerBinding binding;
    private final SharedKillSwitch everything;

    private SandboxHttp(Tcp.ServerBinding binding, SharedKillSwitch everything) {
        this.binding = binding;
        this.everything = everything;
    }

    static CompletionStage<SandboxHttp> bind(ActorSystem<?> system, int port, Handler handler) {
        Materializer materializer = SystemMaterializer.get(system).materializer();
        ServerSettings settings = ServerSettings.create(Adapter.toClassic(system));
        ServerSettings patient = settings.withTimeouts(
                settings.getTimeouts().withRequestTimeout(scala.concurrent.duration.Duration.Inf()));
        SharedKillSwitch everything = KillSwitches.shared("sandbox-http");
        BidiFlow<SslTlsOutbound, SslTlsOutbound, SessionBytes, SslTlsInbound, NotUsed> types =
                BidiFlow.fromFlows(Flow.create(), Flow.<SessionBytes>create().map(bytes -> bytes));
        return Tcp.get(system)
                .bind("127.0.0.1", port, BACKLOG, List.of(), false, Optional.<Duration>empty())
                .to(Sink.foreach(connection -> {
                    SharedKillSwitch wire = KillSwitches.shared("sandbox-connection");
                    Runnable cut = () -> wire.abort(new ConnectionCut());
                    Flow<ByteString, ByteString, NotUsed> tcp = Flow.<ByteString>create()
                            .via(wire.flow())
                            .via(everything.flow())
                            .via(connection.flow())
                            .via(wire.flow())
                            .via(everything.flow());
                    Flow<HttpResponse, HttpRequest, NotUsed> http = Http.get(system)
                            .serverLayer(patient)
                            .atop(types)
                            .atop(TLSPlacebo.getInstance())
                            .join(tcp);
                    Flow.of(HttpRequest.class)
                            .mapAsync(1, request -> handler.handle(request, cut))
                            .join(http)
                            .run(materializer);
                }))
                .run(materializer)
                .thenApply(binding -> new SandboxHttp(binding, everything));
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + binding.localAddress().getPort());
    }

    /** Closes the port, then breaks every connection. */
    CompletionStage<Done> stop() {
        return binding.unbind().thenApply(unbound -> {
            everything.abort(new ConnectionCut());
            return Done.getInstance();
        });
    }

    /** The whole body; the stage fails when it is larger than a Bot API server would take. */
    static CompletionStage<ByteString> body(ActorSystem<?> system, HttpRequest request) {
        if (request.entity() instanceof HttpEntity.Strict strict) {
            return CompletableFuture.completedFuture(strict.getData());
        }
        return request.entity()
                .withSizeLimit(MAX_BODY_BYTES)
                .toStrict(10_000, SystemMaterializer.get(system).materializer())
                .thenApply(HttpEntity.Strict::getData);
    }

    private static final class ConnectionCut extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ConnectionCut() {
            super("connection cut on purpose", null, false, false);
        }
    }
}
