package io.vibee.http;

import io.vibee.metrics.HttpMetrics;
import io.vibee.session.Webhooks;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.model.headers.TimeoutAccess;
import org.apache.pekko.japi.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Surrounds every request's route with an id, its address's limit, security headers, metrics, and one log line, which names the route and
 * never the query, a header or a body.
 */
final class RequestFrame implements Function<HttpRequest, CompletionStage<HttpResponse>> {

    private static final Logger LOG = LoggerFactory.getLogger("io.vibee.http.access");
    private static final String WEBHOOKS = "/" + Webhooks.ROOT + "/";
    private static final long serialVersionUID = 1L;

    private final transient Function<HttpRequest, CompletionStage<HttpResponse>> routes;
    private final transient AddressLimiter addresses;
    private final transient HttpMetrics metrics;
    private final transient ActorSystem<?> system;

    RequestFrame(
            Function<HttpRequest, CompletionStage<HttpResponse>> routes,
            AddressLimiter addresses,
            HttpMetrics metrics,
            ActorSystem<?> system) {
        this.routes = routes;
        this.addresses = addresses;
        this.metrics = metrics;
        this.system = system;
    }

    @Override
    public CompletionStage<HttpResponse> apply(HttpRequest incoming) {
        RequestContext exchange = RequestContext.begin(incoming);
        HttpRequest request = exchange.attachTo(incoming);
        AtomicBoolean told = new AtomicBoolean();
        metrics.asked();
        request.getHeader(TimeoutAccess.class)
                .ifPresent(access -> access.timeoutAccess()
                        .updateHandler(late -> finish(request, exchange, tooLate(request), told)));
        return answer(request, exchange)
                .exceptionally(failure -> ExceptionMapper.answer(failure, request))
                .thenApply(response -> {
                    if (!exchange.bodyTaken()) {
                        request.discardEntityBytes(system);
                    }
                    return finish(request, exchange, response, told);
                });
    }

    private CompletionStage<HttpResponse> answer(HttpRequest request, RequestContext exchange) {
        MDC.put("request_id", exchange.requestId());
        try {
            limitAddress(request);
            return routes.apply(request);
        } catch (Exception e) {
            return CompletableFuture.failedFuture(e);
        } finally {
            MDC.remove("request_id");
        }
    }

    private void limitAddress(HttpRequest request) {
        String path = request.getUri().path();
        // All of Telegram's posts come from a few addresses; their route lets those pay who only pretend.
        if (path.startsWith("/health") || path.equals("/metrics") || path.startsWith(WEBHOOKS)) {
            return;
        }
        addresses.charge(request, path.startsWith("/api/v1/auth/") ? AddressLimiter.SIGN_IN_COST : 1);
    }

    private static HttpResponse tooLate(HttpRequest request) {
        return Responses.problem(ProblemException.unavailable("The request could not be answered in time."), request);
    }

    private HttpResponse finish(
            HttpRequest request, RequestContext exchange, HttpResponse response, AtomicBoolean told) {
        // An answer that comes after the time-out's was never sent.
        if (told.compareAndSet(false, true)) {
            log(request, exchange, response);
            metrics.answered(
                    request.method().value(),
                    exchange.operation(),
                    response.status().intValue(),
                    exchange.took());
        }
        HttpResponse framed = response.addHeader(RawHeader.create("X-Request-Id", exchange.requestId()))
                .addHeader(RawHeader.create("X-Content-Type-Options", "nosniff"));
        return request.getUri().path().startsWith("/api/")
                ? framed.addHeader(RawHeader.create("Cache-Control", "no-store"))
                : framed;
    }

    private static void log(HttpRequest request, RequestContext exchange, HttpResponse response) {
        boolean probe =
                !exchange.operation().startsWith("/api") && response.status().isSuccess();
        LoggingEventBuilder line = LOG.atLevel(probe ? Level.DEBUG : Level.INFO)
                .addKeyValue("request_id", exchange.requestId())
                .addKeyValue("method", request.method().value())
                .addKeyValue("route", exchange.operation())
                .addKeyValue("status", response.status().intValue())
                .addKeyValue("millis", exchange.took().toMillis());
        if (exchange.userId() != null) {
            line = line.addKeyValue("user_id", exchange.userId());
        }
        line.log("request answered");
    }
}
