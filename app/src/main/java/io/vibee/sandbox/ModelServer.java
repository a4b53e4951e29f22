package io.vibee.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * A server on 127.0.0.1 with OpenAI's chat completions, plain and streamed, whose model is {@link SmallTalk}. It asks for some bearer key,
 * is as slow as it is told to be, and goes wrong as {@link #faults()} says.
 */
public final class ModelServer {
    /** The name of the completions call in {@link #faults()} and {@link #requests()}. */
    public static final String COMPLETIONS = "chat/completions";

    private static final String MODELS = "models";
    private static final String PREFIX = "/v1/";

    private final ActorSystem<?> system;
    private final Timing timing;
    private final FaultPlan faults = new FaultPlan();
    private final RequestLog requests = new RequestLog();
    private volatile Duration latency = Duration.ZERO;
    private volatile Duration pace = Duration.ZERO;
    private volatile boolean echo;

    private @Nullable SandboxHttp http;

    ModelServer(ActorSystem<?> system) {
        this.system = system;
        this.timing = new Timing(system);
    }

    /** Starts one on the given port or, for 0, a free one. */
    public static CompletionStage<ModelServer> start(ActorSystem<?> system, int port) {
        var server = new ModelServer(system);
        return SandboxHttp.bind(system, port, server::handle).thenApply(http -> {
            server.http = http;
            return server;
        });
    }

    /** The value for {@code OPENAI_BASE_URL}, with the version. */
    public URI url() {
        return running().url().resolve("/v1");
    }

    /** Faults by {@link #COMPLETIONS} or {@code models}. */
    public FaultPlan faults() {
        return faults;
    }

    /** The bodies of all requests. */
    public RequestLog requests() {
        return requests;
    }

    /** How long a completion takes. */
    public void latency(Duration duration) {
        latency = duration;
    }

    /** How long each word of a streamed answer takes. */
    public void pace(Duration duration) {
        pace = duration;
    }

    /** Whether the answer is the whole prompt, one line for a message: its role, a colon, its content. */
    public void echo(boolean on) {
        echo = on;
    }

    /** Closes the port and breaks every connection. */
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
        return request.getUri().path().startsWith(PREFIX);
    }

    CompletionStage<HttpResponse> handle(HttpRequest request, Runnable cut) {
        String path = request.getUri().path();
        String method = path.startsWith(PREFIX) ? path.substring(PREFIX.length()) : "";
        return SandboxHttp.body(system, request)
                .handle((body, tooLarge) -> tooLarge == null
                        ? answer(request, method, Json.parse(body.utf8String()), cut)
                        : CompletableFuture.completedFuture(
                                error(413, "invalid_request_error", "request too large", null)))
                .thenCompose(answer -> answer);
    }

    private CompletionStage<HttpResponse> answer(HttpRequest request, String method, JsonNode body, Runnable cut) {
        requests.add(method, 0, body);
        Fault fault = faults.take(method, 0);
        return switch (fault) {
            case null -> execute(request, method, body);
            case Fault.Refusal refusal ->
                CompletableFuture.completedFuture(
                        error(refusal.status(), "sandbox_fault", refusal.description(), refusal.retryAfter()));
            case Fault.Raw raw -> CompletableFuture.completedFuture(BotApiServer.rawResponse(raw));
            case Fault.Delay delay -> timing.stageAfter(delay.duration(), () -> execute(request, method, body));
            case Fault.CutBefore now -> afterCut(cut);
            case Fault.CutAfter later -> execute(request, method, body).thenCompose(lost -> afterCut(cut));
        };
    }

    private CompletionStage<HttpResponse> execute(HttpRequest request, String method, JsonNode body) {
        if (!hasKey(request)) {
            return refused(401, "invalid_api_key", "You didn't provide an API key.");
        }
        if (method.equals(MODELS) && request.method().equals(HttpMethods.GET)) {
            return CompletableFuture.completedFuture(Completion.models());
        }
        if (!method.equals(COMPLETIONS) || !request.method().equals(HttpMethods.POST)) {
            return refused(404, "invalid_request_error", "Unknown request URL");
        }
        if (body.path("model").asText("").isEmpty()) {
            return refused(400, "invalid_request_error", "you must provide a model parameter");
        }
        if (!body.path("messages").isArray() || body.path("messages").isEmpty()) {
            return refused(400, "invalid_request_error", "'messages' must be a list that is not empty");
        }
        var completion = Completion.of(body, echo);
        return timing.stageAfter(
                latency,
                () -> CompletableFuture.completedFuture(
                        body.path("stream").asBoolean(false) ? completion.streamed(pace) : completion.whole()));
    }

    private static boolean hasKey(HttpRequest request) {
        return request.getHeader("Authorization")
                .map(header -> header.value().strip())
                .filter(value -> value.startsWith("Bearer ") && value.length() > "Bearer ".length())
                .isPresent();
    }

    private static CompletionStage<HttpResponse> afterCut(Runnable cut) {
        cut.run();
        return new CompletableFuture<>();
    }

    private static CompletionStage<HttpResponse> refused(int status, String type, String message) {
        return CompletableFuture.completedFuture(error(status, type, message, null));
    }

    private static HttpResponse error(int status, String type, String message, @Nullable Integer retryAfter) {
        ObjectNode body = Json.object();
        body.putObject("error")
                .put("message", message)
                .put("type", type)
                .putNull("param")
                .put("code", status);
        var response = HttpResponse.create()
                .withStatus(StatusCodes.get(status))
                .withEntity(ContentTypes.APPLICATION_JSON, ByteString.fromString(Json.text(body)));
        return retryAfter == null
                ? response
                : response.addHeader(RawHeader.create("Retry-After", retryAfter.toString()));
    }
}
