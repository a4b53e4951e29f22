package io.vibee.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.Query;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * A Bot API server on 127.0.0.1 that behaves like Telegram's for the methods that Vibee uses, and badly when told to. {@link #world()}
 * directs its people, {@link #faults()} what goes wrong; {@link #requests()} shows what was asked.
 */
public final class BotApiServer {
    private static final Pattern CALL = Pattern.compile("/bot([^/]+)/([^/]+)");
    private static final Pattern TOKEN = Pattern.compile("\\d+:[A-Za-z0-9_-]{30,}");

    private final ActorSystem<?> system;
    private final SandboxWorld world;
    private final BotApiMethods methods;
    private final Timing timing;
    private final FaultPlan faults = new FaultPlan();
    private final RequestLog requests = new RequestLog();

    private @Nullable SandboxHttp http;

    BotApiServer(ActorSystem<?> system, SandboxWorld world) {
        this.system = system;
        this.world = world;
        this.methods = new BotApiMethods(world::chat);
        this.timing = new Timing(system);
    }

    /** Starts one without bots, on the given port or, for 0, on a free one. */
    public static CompletionStage<BotApiServer> start(ActorSystem<?> system, int port) {
        return start(system, port, SandboxWorld.Numbers.random());
    }

    /** Starts one that numbers updates and messages as told. */
    public static CompletionStage<BotApiServer> start(ActorSystem<?> system, int port, SandboxWorld.Numbers numbers) {
        var server = new BotApiServer(system, new SandboxWorld(new Timing(system), numbers));
        return SandboxHttp.bind(system, port, server::handle).thenApply(http -> {
            server.http = http;
            return server;
        });
    }

    /** The value for {@code TELEGRAM_API_URL}. */
    public URI url() {
        return running().url();
    }

    public SandboxWorld world() {
        return world;
    }

    /** Faults by a method's name, in any case. */
    public FaultPlan faults() {
        return faults;
    }

    public RequestLog requests() {
        return requests;
    }

    /** Closes the port and breaks every connection, held polls as well. */
    public CompletionStage<Done> stop() {
        return running().stop();
    }

    private SandboxHttp running() {
        SandboxHttp running = http;
        if (running == null) {
            throw new IllegalStateException("this server has no port of its own");
        }
        return running;
    }

    static boolean isCall(HttpRequest request) {
        return request.getUri().path().startsWith("/bot");
    }

    CompletionStage<HttpResponse> handle(HttpRequest request, Runnable cut) {
        var call = CALL.matcher(request.getUri().path());
        if (!call.matches() || !TOKEN.matcher(call.group(1)).matches()) {
            request.discardEntityBytes(system);
            return CompletableFuture.completedFuture(response(BotApiReply.error(404, "Not Found")));
        }
        String token = call.group(1);
        String method = call.group(2);
        return SandboxHttp.body(system, request)
                .handle((body, tooLarge) -> tooLarge == null
                        ? answer(token, method, params(request, body), cut)
                        : CompletableFuture.completedFuture(
                                response(BotApiReply.error(413, "Request Entity Too Large"))))
                .thenCompose(answer -> answer);
    }

    private CompletionStage<HttpResponse> answer(String token, String method, @Nullable Params params, Runnable cut) {
        BotAccount account = world.accountOf(token);
        long botId = account == null ? 0 : account.bot().id();
        requests.add(method, botId, params == null ? Json.object() : params.values());
        Fault fault = faults.take(method, botId);
        return switch (fault) {
            case null -> execute(account, method, params);
            case Fault.Refusal refusal -> CompletableFuture.completedFuture(response(BotApiReply.refusal(refusal)));
            case Fault.Raw raw -> CompletableFuture.completedFuture(rawResponse(raw));
            case Fault.Delay delay -> timing.stageAfter(delay.duration(), () -> execute(account, method, params));
            case Fault.CutBefore now -> afterCut(cut);
            case Fault.CutAfter later -> execute(account, method, params).thenCompose(lost -> afterCut(cut));
        };
    }

    private CompletionStage<HttpResponse> execute(
            @Nullable BotAccount account, String method, @Nullable Params params) {
        if (account == null) {
            return CompletableFuture.completedFuture(response(BotApiReply.error(401, "Unauthorized")));
        }
        if (params == null) {
            return CompletableFuture.completedFuture(
                    response(BotApiReply.error(400, "Bad Request: can't parse JSON object")));
        }
        return methods.call(account, method, params).thenApply(BotApiServer::response);
    }

    private static CompletionStage<HttpResponse> afterCut(Runnable cut) {
        cut.run();
        return new CompletableFuture<>();
    }

    /** From the query, then a JSON or form body; null when the body is not what it says. */
    private static @Nullable Params params(HttpRequest request, ByteString body) {
        ObjectNode values = Json.object();
        request.getUri().query().toMultiMap().forEach((name, all) -> values.put(name, all.getLast()));
        if (!request.method().equals(HttpMethods.POST) || body.isEmpty()) {
            return new Params(values);
        }
        var mediaType = request.entity().getContentType().mediaType();
        if (mediaType.equals(MediaTypes.APPLICATION_X_WWW_FORM_URLENCODED)) {
            Query.create(body.utf8String()).toMultiMap().forEach((name, all) -> values.put(name, all.getLast()));
            return new Params(values);
        }
        JsonNode json = Json.parse(body.utf8String());
        if (!json.isObject()) {
            return null;
        }
        values.setAll((ObjectNode) json);
        return new Params(values);
    }

    private static HttpResponse response(BotApiReply reply) {
        var response = HttpResponse.create()
                .withStatus(StatusCodes.get(reply.status()))
                .withEntity(ContentTypes.APPLICATION_JSON, ByteString.fromString(reply.body()));
        Integer retryAfter = reply.retryAfter();
        return retryAfter == null
                ? response
                : response.addHeader(RawHeader.create("Retry-After", retryAfter.toString()));
    }

    static HttpResponse rawResponse(Fault.Raw raw) {
        return HttpResponse.create()
                .withStatus(StatusCodes.get(raw.status()))
                .withEntity(
                        raw.contentType().equals("text/html")
                                ? ContentTypes.TEXT_HTML_UTF8
                                : ContentTypes.APPLICATION_JSON,
                        ByteString.fromString(raw.body()));
    }
}
