package io.vibee.http;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.stream.javadsl.Tcp;

/** The API's open port, and how to close it. */
public final class FrontBinding {

    private final Tcp.ServerBinding tcp;
    private final OpenConnections connections;

    FrontBinding(Tcp.ServerBinding tcp, OpenConnections connections) {
        this.tcp = tcp;
        this.connections = connections;
    }

    public InetSocketAddress localAddress() {
        return tcp.localAddress();
    }

    /** Takes no more requests, lets those finish that are being answered, and closes the rest at the deadline. */
    public CompletionStage<Done> terminate(Duration deadline) {
        return tcp.unbind()
                .thenCompose(unbound -> connections
                        .end()
                        .toCompletableFuture()
                        .copy()
                        .completeOnTimeout(Done.getInstance(), deadline.toMillis(), TimeUnit.MILLISECONDS)
                        .thenApply(ended -> {
                            connections.close();
                            return ended;
                        }));
    }
}
