package io.vibee.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * A server on 127.0.0.1 with OpenAI's chat completions, plain and streamed, whose model is {@link SmallTalk}. It asks for some bearer key
 * and is as slow as it is told to be. Its methods are {@link #COMPLETIONS} and {@code models}.
 */
public final class ModelServer extends SimulatedServer {
    /** The name of the completions call in {@link #faults()} and {@link #requests()}. */
    public static final String COMPLETIONS = "chat/completions";

    private static final String MODELS = "models";
    private static final String PREFIX = "/v1/";

    private volatile Duration latency = Duration.ZERO;
    private volatile Duration pace = Duration.ZERO;
    private volatile boolean echo;

    ModelServer(ActorSystem<?> system) {
        super(system);
    }

    /** Starts one on the given port or, for 0, a free one. */
    public static CompletionStage<ModelServer> start(ActorSystem<?> system, int port) {
        var server = new ModelServer(system);
        return server.open(port).thenApply(opened -> server);
    }

    /** The value for {@code OPENAI_BASE_URL}, with the version. */
    @Override
    public URI url() {
        return port().url().resolve("/v1");
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

    static boolean isCall(HttpRequest request) {
        return request.getUri().path().startsWith(PREFIX);
    }

    @Override
    CompletionStage<HttpResponse> handle(HttpRequest request, Runnable cut) {
        String path = request.getUri().path();
        String method = path.startsWith(PREFIX) ? path.substring(PREFIX.length()) : "";
        return SandboxHttp.body(system, request)
                .handle((body, tooLarge) -> tooLarge == null
                        ? answer(request, method, Json.parse(body.utf8String()), cut)
                        : refuse(413, "invalid_request_error", "request too large"))
                .thenCompose(answer -> answer);
    }

    private CompletionStage<HttpResponse> answer(HttpRequest request, String method, JsonNode body, Runnable cut) {
        return answer(method, 0, body, () -> execute(request, method, body), cut);
    }

    private CompletionStage<HttpResponse> execute(HttpRequest request, String method, JsonNode body) {
        if (!hasKey(request)) {
            return refuse(401, "invalid_api_key", "You didn't provide an API key.");
        }
        if (method.equals(MODELS) && request.method().equals(HttpMethods.GET)) {
            return CompletableFuture.completedFuture(Completion.models());
        }
        if (!method.equals(COMPLETIONS) || !request.method().equals(HttpMethods.POST)) {
            return refuse(404, "invalid_request_error", "Unknown request URL");
        }
        if (body.path("model").asText("").isEmpty()) {
            return refuse(400, "invalid_request_error", "you must provide a model parameter");
        }
        if (!body.path("messages").isArray() || body.path("messages").isEmpty()) {
            return refuse(400, "invalid_request_error", "'messages' must be a list that is not empty");
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

    @Override
    HttpResponse refused(Fault.Refusal refusal) {
        return error(refusal.status(), "sandbox_fault", refusal.description(), refusal.retryAfter());
    }

    private static CompletionStage<HttpResponse> refuse(int status, String type, String message) {
        return CompletableFuture.completedFuture(error(status, type, message, null));
    }

    private static HttpResponse error(int status, String type, String message, @Nullable Integer retryAfter) {
        ObjectNode body = Json.object();
        body.putObject("error")
                .put("message", message)
                .put("type", type)
                .putNull("param")
                .put("code", status);
        return json(status, Json.text(body), retryAfter);
    }
}
