package io.vibee.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.Query;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * A Bot API server on 127.0.0.1 that behaves like Telegram's for the methods that Vibee uses, and badly when told to. {@link #world()} has
 * its people, groups and bots, and makes them act.
 */
public class BotApiServer extends SimulatedServer {
    /** The name of a download among the methods. */
    public static final String DOWNLOADS = "download";

    private static final Pattern CALL = Pattern.compile("/bot([^/]+)/([^/]+)");
    private static final Pattern DOWNLOAD = Pattern.compile("/file/bot([^/]+)/(.+)");
    private static final Pattern TOKEN = Pattern.compile("\\d+:[A-Za-z0-9_-]{30,}");

    private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\";]+)\"?");

    private final SandboxWorld world;
    private final BotApiMethods methods;

    BotApiServer(ActorSystem<?> system, SandboxWorld world) {
        super(system);
        this.world = world;
        this.methods = new BotApiMethods(world);
    }

    /** Starts one without bots, on the given port or, for 0, on a free one. */
    public static CompletionStage<BotApiServer> start(ActorSystem<?> system, int port) {
        return start(system, port, SandboxNumbers.random());
    }

    /** Starts one that numbers updates and messages as told. */
    public static CompletionStage<BotApiServer> start(ActorSystem<?> system, int port, SandboxNumbers numbers) {
        var server = new BotApiServer(system, new SandboxWorld(new Timing(system), new WebhookPoster(system), numbers));
        return server.open(port).thenApply(opened -> server);
    }

    /** The value for {@code TELEGRAM_API_URL}. */
    @Override
    public URI url() {
        return port().url();
    }

    public SandboxWorld world() {
        return world;
    }

    static boolean isCall(HttpRequest request) {
        String path = request.getUri().path();
        return path.startsWith("/bot") || path.startsWith("/file/bot");
    }

    @Override
    CompletionStage<HttpResponse> handle(HttpRequest request, Runnable cut) {
        var download = DOWNLOAD.matcher(request.getUri().path());
        if (download.matches()) {
            request.discardEntityBytes(system);
            return download(download.group(1), download.group(2), cut);
        }
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

    CompletionStage<HttpResponse> answer(String token, String method, @Nullable Params params, Runnable cut) {
        BotAccount account = world.accountOf(token);
        return answer(
                method,
                account == null ? 0 : account.bot().id(),
                params == null ? Json.object() : params.values(),
                () -> execute(account, method, params).thenApply(BotApiServer::response),
                cut);
    }

    CompletionStage<BotApiReply> execute(@Nullable BotAccount account, String method, @Nullable Params params) {
        if (account == null) {
            return CompletableFuture.completedFuture(BotApiReply.error(401, "Unauthorized"));
        }
        if (params == null) {
            return CompletableFuture.completedFuture(BotApiReply.error(400, "Bad Request: can't parse JSON object"));
        }
        return methods.call(account, method, params);
    }

    /** A file, by the path that {@code getFile} told; faults know it as {@value #DOWNLOADS}. */
    private CompletionStage<HttpResponse> download(String token, String path, Runnable cut) {
        BotAccount account = world.accountOf(token);
        SandboxFiles.Stored file = account == null ? null : world.files().at(path);
        return answer(
                DOWNLOADS,
                account == null ? 0 : account.bot().id(),
                Json.object().put("file_path", path),
                () -> CompletableFuture.completedFuture(
                        file == null
                                ? response(BotApiReply.error(404, "Not Found"))
                                : HttpResponse.create()
                                        .withEntity(ContentTypes.APPLICATION_OCTET_STREAM, file.content())),
                cut);
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
        if (mediaType.isMultipart()) {
            return form(body, request.entity().getContentType().toString());
        }
        JsonNode json = Json.parse(body.utf8String());
        if (!json.isObject()) {
            return null;
        }
        values.setAll((ObjectNode) json);
        return new Params(values);
    }

    private static @Nullable Params form(ByteString body, String contentType) {
        var boundary = BOUNDARY.matcher(contentType);
        if (!boundary.find()) {
            return null;
        }
        ObjectNode values = Json.object();
        Map<String, ByteString> files = new HashMap<>();
        for (FormParts.Part part : FormParts.of(body, boundary.group(1))) {
            String fileName = part.fileName();
            values.put(part.name(), fileName == null ? part.content().utf8String() : fileName);
            if (fileName != null) {
                files.put(part.name(), part.content());
            }
        }
        return new Params(values, files);
    }

    @Override
    HttpResponse refused(Fault.Refusal refusal) {
        return response(BotApiReply.error(
                refusal.status(), refusal.description(), refusal.retryAfter(), refusal.migrateToChatId()));
    }

    private static HttpResponse response(BotApiReply reply) {
        return json(reply.status(), reply.body(), reply.retryAfter());
    }
}
