package io.vibee.http;

import static org.apache.pekko.http.javadsl.server.Directives.concat;

import com.typesafe.config.Config;
import io.vibee.metrics.HttpMetrics;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.RemoteAddress;
import org.apache.pekko.http.javadsl.server.Directives;
import org.apache.pekko.http.javadsl.server.ExceptionHandler;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.TLSProtocol.SessionBytes;
import org.apache.pekko.stream.TLSProtocol.SslTlsInbound;
import org.apache.pekko.stream.TLSProtocol.SslTlsOutbound;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.TLSPlacebo;
import org.apache.pekko.stream.javadsl.Tcp;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins the routes and binds them. It admits, watches and logs every connection, so that it knows whose it is; only then Pekko HTTP reads
 * it. The limits come from {@code vibee.http} (see {@code http.conf}), so that they bind this server only.
 */
public final class HttpFront {

    private static final Logger LOG = LoggerFactory.getLogger(HttpFront.class);
    private static final Attributes SILENT =
            Attributes.createLogLevels(Attributes.logLevelOff(), Attributes.logLevelOff(), Attributes.logLevelOff());

    /** Bytes. */
    private static final int KEPT_OF_HEAD = 8 * 1024;

    private final ActorSystem<?> system;
    private final AddressLimiter addresses;
    private final HttpMetrics metrics = new HttpMetrics();
    private final RequestFrame frame;
    private final OpenConnections connections;
    private final ServerSettings settings;
    private final ServerLayers layers;
    private final Duration headWithin;
    private final Duration idleAtMost;

    /**
     * @param connectionsPerAddress 0 means no limit
     */
    public HttpFront(ActorSystem<?> system, AddressLimiter addresses, int connectionsPerAddress, List<Route> routes) {
        this.system = system;
        this.addresses = addresses;
        Route joined =
                concat(routes.getFirst(), routes.subList(1, routes.size()).toArray(Route[]::new));
        this.frame = new RequestFrame(
                joined.seal(Rejections.handler(), exceptions()).function(system), addresses, metrics, system);
        Config all = system.settings().config();
        Config server = all.getConfig("vibee.http").withFallback(all);
        this.settings = ServerSettings.create(server);
        this.headWithin = server.getDuration("head-within");
        this.idleAtMost = server.getDuration("pekko.http.server.idle-timeout");
        this.layers = new ServerLayers(system, settings);
        this.connections = new OpenConnections(connectionsPerAddress, settings.getMaxConnections());
    }

    /** Listens from now on. Whoever stops the service terminates the binding with a deadline. */
    public CompletionStage<FrontBinding> bind(String host, int port) {
        Materializer materializer = SystemMaterializer.get(system).materializer();
        Flow<HttpRequest, HttpResponse, NotUsed> handler =
                Flow.of(HttpRequest.class).mapAsync(1, frame);
        return Tcp.get(system)
                .bind(host, port, settings.getBacklog(), List.of(), false, Optional.<Duration>empty())
                .to(Sink.foreach(incoming -> accept(incoming, handler, materializer)))
                .run(materializer)
                .thenApply(binding -> new FrontBinding(binding, connections));
    }

    private void accept(
            Tcp.IncomingConnection incoming,
            Flow<HttpRequest, HttpResponse, NotUsed> handler,
            Materializer materializer) {
        InetSocketAddress remote = incoming.remoteAddress();
        InetAddress ip = remote.getAddress();
        ClientConnection connection =
                new ClientConnection(ip == null ? ClientAddress.UNKNOWN : ClientAddress.of(ip), addresses);
        try {
            if (connections.admit(connection)) {
                serve(incoming, connection, handler, materializer);
            } else {
                refuse(incoming, connection, materializer);
            }
        } catch (RuntimeException e) {
            // One connection failed. The port must stay open for the others.
            connections.closed(connection);
            LOG.error("a connection could not be served", e);
        }
    }

    private void serve(
            Tcp.IncomingConnection incoming,
            ClientConnection connection,
            Flow<HttpRequest, HttpResponse, NotUsed> handler,
            Materializer materializer) {
        BidiFlow<SslTlsOutbound, SslTlsOutbound, SessionBytes, SslTlsInbound, NotUsed> types =
                BidiFlow.fromFlows(Flow.create(), Flow.<SessionBytes>create().map(bytes -> bytes));
        BidiFlow<HttpResponse, HttpResponse, HttpRequest, HttpRequest, NotUsed> watched = BidiFlow.fromFlows(
                Flow.of(HttpResponse.class).map(connection::answered),
                Flow.of(HttpRequest.class)
                        .map(request -> connection
                                .asked(request)
                                .addAttribute(
                                        AttributeKeys.remoteAddress, RemoteAddress.create(incoming.remoteAddress()))));
        AtomicReference<ServerLayers.@Nullable Layer> parser = new AtomicReference<>();
        Flow<ByteString, ByteString, ?> parsed = Flow.lazyFlow(() -> {
            ServerLayers.Layer layer = layers.take(connection);
            parser.set(layer);
            return handler.join(watched.atop(layer.flow()).atop(types).atop(TLSPlacebo.getInstance()));
        });
        Flow.fromGraph(new FirstHead(KEPT_OF_HEAD))
                .via(parsed)
                .join(BidiFlow.fromGraph(new ConnectionDeadlines(connection, headWithin, idleAtMost)))
                .watchTermination((started, ended) -> {
                    metrics.connectionOpened();
                    var unused = ended.whenComplete((done, failure) -> {
                        metrics.connectionClosed();
                        connections.closed(connection);
                        ServerLayers.Layer layer = parser.get();
                        if (layer != null) {
                            layers.giveBack(layer);
                        }
                    });
                    return started;
                })
                .join(incoming.flow())
                .withAttributes(SILENT)
                .run(materializer);
    }

    private static void refuse(
            Tcp.IncomingConnection incoming, ClientConnection connection, Materializer materializer) {
        LOG.atDebug()
                .addKeyValue("client", connection.address().key())
                .log("a connection was refused: there are too many");
        ByteString answer = RawResponse.of(
                ProblemException.later(
                        ProblemKind.TOO_MANY_REQUESTS,
                        "Too many connections are open from this address.",
                        Duration.ofSeconds(1)),
                RequestContext.newId());
        incoming.handleWith(Flow.fromSinkAndSourceCoupled(Sink.ignore(), Source.single(answer)), materializer);
    }

    private static ExceptionHandler exceptions() {
        return ExceptionHandler.newBuilder()
                .matchAny(failure -> Directives.extractRequest(
                        request -> Directives.complete(ExceptionMapper.answer(failure, request))))
                .build();
    }
}
