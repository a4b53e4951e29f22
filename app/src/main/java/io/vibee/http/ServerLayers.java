package io.vibee.http;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.stream.TLSProtocol.SslTlsInbound;
import org.apache.pekko.stream.TLSProtocol.SslTlsOutbound;
import org.apache.pekko.stream.javadsl.BidiFlow;

/**
 * The parsers of requests and renderers of answers, each with the log of its connection. Making one builds the table of all known headers,
 * which takes milliseconds, so a connection reuses the layer of one that has ended.
 */
final class ServerLayers {

    record Layer(ConnectionLog log, BidiFlow<HttpResponse, SslTlsOutbound, SslTlsInbound, HttpRequest, NotUsed> flow) {}

    private final ActorSystem<?> system;
    private final ServerSettings settings;
    private final Queue<Layer> free = new ConcurrentLinkedQueue<>();

    ServerLayers(ActorSystem<?> system, ServerSettings settings) {
        this.system = system;
        this.settings = settings;
    }

    Layer take(ClientConnection connection) {
        Layer unused = free.poll();
        if (unused != null) {
            unused.log().isOf(connection);
            return unused;
        }
        ConnectionLog log = new ConnectionLog(connection);
        return new Layer(log, Http.get(system).serverLayer(settings, java.util.Optional.empty(), log));
    }

    void giveBack(Layer layer) {
        free.add(layer);
    }
}
