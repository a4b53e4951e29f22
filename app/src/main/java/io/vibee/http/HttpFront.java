package io.vibee.http;

import static org.apache.pekko.http.javadsl.server.Directives.concat;

import com.typesafe.config.Config;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.server.Directives;
import org.apache.pekko.http.javadsl.server.ExceptionHandler;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.http.javadsl.settings.ServerSettings;

/**
 * Joins the routes and binds them. The connection's limits come from {@code vibee.http} (see {@code http.conf}), so that they bind
 * this server only.
 */
public final class HttpFront {

    private final ActorSystem<?> system;
    private final RequestFrame frame;

    public HttpFront(ActorSystem<?> system, AddressLimiter addresses, List<Route> routes) {
        this.system = system;
        Route joined =
                concat(routes.getFirst(), routes.subList(1, routes.size()).toArray(Route[]::new));
        this.frame =
                new RequestFrame(joined.seal(Rejections.handler(), exceptions()).function(system), addresses, system);
    }

    /** Listens from now on; whoever stops the service unbinds or terminates the binding with a deadline of its own. */
    public CompletionStage<ServerBinding> bind(String host, int port) {
        return Http.get(system).newServerAt(host, port).withSettings(settings()).bind(frame);
    }

    private ServerSettings settings() {
        Config config = system.settings().config();
        return ServerSettings.create(config.getConfig("vibee.http").withFallback(config));
    }

    private static ExceptionHandler exceptions() {
        return ExceptionHandler.newBuilder()
                .matchAny(failure ->
                        Directives.extractRequest(request -> Directives.complete(Failures.answer(failure, request))))
                .build();
    }
}
