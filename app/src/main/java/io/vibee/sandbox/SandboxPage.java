package io.vibee.sandbox;

import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.http.javadsl.unmarshalling.StringUnmarshallers;
import org.apache.pekko.util.ByteString;

/**
 * The page on which a visitor writes to a bot as one of the simulated people, and the few calls below {@code sandbox/api} that it makes.
 * All its addresses are relative, so it may be mounted under any path that ends in a slash.
 */
public final class SandboxPage extends AllDirectives {
    private static final Duration HOLD = Duration.ofSeconds(15);
    /** A group's is negative. */
    private static final Pattern TELEGRAM_ID = Pattern.compile("-?\\d{1,18}");

    private static final int MAX_TEXT_UNITS = 4096;
    private static final int MAX_BODY_BYTES = 64 * 1024;

    /** No script, style or picture from elsewhere, and no inline ones. */
    private static final List<HttpHeader> HEADERS = List.of(
            RawHeader.create(
                    "Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:;"
                            + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
            RawHeader.create("X-Content-Type-Options", "nosniff"),
            RawHeader.create("Referrer-Policy", "no-referrer"),
            RawHeader.create("Cache-Control", "no-store"));

    private final SandboxWorld world;
    private final HttpEntity.Strict html = resource("index.html", ContentTypes.TEXT_HTML_UTF8);
    private final HttpEntity.Strict script =
            resource("sandbox.js", MediaTypes.APPLICATION_JAVASCRIPT.toContentType(HttpCharsets.UTF_8));
    private final HttpEntity.Strict style =
            resource("sandbox.css", MediaTypes.TEXT_CSS.toContentType(HttpCharsets.UTF_8));

    SandboxPage(SandboxWorld world) {
        this.world = world;
    }

    /** Serves the page at the path's end and what belongs to it below. */
    public Route route() {
        return respondWithHeaders(
                HEADERS,
                () -> concat(
                        pathEndOrSingleSlash(() -> page(html)),
                        path("sandbox.js", () -> page(script)),
                        path("sandbox.css", () -> page(style)),
                        pathPrefix("sandbox", () -> pathPrefix("api", this::api))));
    }

    private Route api() {
        return concat(
                path("state", () -> get(() -> completeJson(200, state()))),
                path(
                        "bots",
                        () -> jsonPost(body -> {
                            SandboxBot bot = world.createBot(nameIn(body, "username", "sandbox_bot"));
                            return completeJson(201, botJson(bot, false));
                        })),
                path(
                        "people",
                        () -> jsonPost(body -> {
                            String language = nameIn(body, "language", "en");
                            SandboxUser user = world.createUser(nameIn(body, "name", "Somebody"), language, false);
                            return completeJson(201, personJson(user));
                        })),
                pathPrefix(
                        "bots",
                        () -> pathPrefix(
                                segment(TELEGRAM_ID),
                                botId -> pathPrefix(
                                        "chats",
                                        () -> pathPrefix(
                                                segment(TELEGRAM_ID),
                                                chatId -> conversation(
                                                        Long.parseLong(botId), Long.parseLong(chatId)))))));
    }

    private Route conversation(long botId, long chatId) {
        BotAccount account = world.account(botId);
        SandboxChat chat = world.chat(chatId);
        if (account == null || chat == null) {
            return problem(404, "no such bot or chat");
        }
        return concat(
                pathEnd(() -> get(() -> parameterOptional(
                        StringUnmarshallers.LONG,
                        "after",
                        after -> completeWithFuture(changes(account, account.conversation(chat), after.orElse(-1L)))))),
                path("messages", () -> jsonPost(body -> write(account, chat, body))));
    }

    private Route write(BotAccount account, SandboxChat chat, JsonNode body) {
        SandboxUser user = world.user(body.path("user").asLong());
        String text = body.path("text").asText("").strip();
        if (user == null || (chat.isPrivate() && chat.id() != user.id())) {
            return problem(400, "user: (expected: the id of a person of this chat)");
        }
        if (text.isEmpty() || text.length() > MAX_TEXT_UNITS) {
            return problem(400, "text: " + text.length() + " characters (expected: 1 to " + MAX_TEXT_UNITS + ")");
        }
        boolean photo = body.path("photo").asBoolean(false);
        long id = account.userWrites(user, chat, photo ? IncomingMessage.photo(text) : IncomingMessage.text(text));
        return completeJson(201, Json.object().put("message_id", id));
    }

    /** Answers when there is something newer, or after a while with what there is. */
    private CompletionStage<HttpResponse> changes(BotAccount account, Conversation conversation, long after) {
        CompletableFuture<Conversation> newer =
                conversation.whenNewerThan(after).toCompletableFuture();
        var timer = world.timing().after(HOLD, () -> newer.complete(conversation));
        return newer.thenApply(now -> {
            timer.cancel();
            long version = now.version();
            var body = Json.object()
                    .put("version", version)
                    .put("typing", now.isTyping())
                    .put("draft", now.draft())
                    .put("listening", account.updates().isListenedTo());
            ArrayNode messages = body.putArray("messages");
            now.changesAfter(after).forEach(entry -> messages.add(messageJson(entry)));
            return json(200, body);
        });
    }

    private ObjectNode state() {
        var state = Json.object();
        ArrayNode bots = state.putArray("bots");
        world.accounts()
                .forEach(account ->
                        bots.add(botJson(account.bot(), account.updates().isListenedTo())));
        ArrayNode people = state.putArray("people");
        world.users().stream().filter(user -> !user.isBot()).forEach(user -> people.add(personJson(user)));
        ArrayNode groups = state.putArray("groups");
        world.groups().forEach(chat -> groups.addObject().put("id", chat.id()).put("title", chat.title()));
        return state;
    }

    private static ObjectNode botJson(SandboxBot bot, boolean listening) {
        return Json.object()
                .put("id", bot.id())
                .put("username", bot.username())
                .put("name", bot.firstName())
                .put("token", bot.token().reveal())
                .put("listening", listening);
    }

    private static ObjectNode personJson(SandboxUser user) {
        return Json.object()
                .put("id", user.id())
                .put("name", user.firstName())
                .put("username", user.username())
                .put("language", user.languageCode());
    }

    private static ObjectNode messageJson(TranscriptEntry entry) {
        var json = Json.object()
                .put("id", entry.messageId())
                .put("from_bot", entry.fromBot())
                .put("sender_id", entry.senderId())
                .put("sender", entry.sender())
                .put("text", entry.text())
                .put("photo", entry.photo())
                .put("date", entry.date().toString())
                .put("edited", entry.edited())
                .put("deleted", entry.deleted());
        json.set("entities", SentText.entitiesJson(entry.entities()));
        return json;
    }

    private interface WithBody {
        Route handle(JsonNode body);
    }

    /** Accepts only JSON. A form of another site could not send that without the browser asking here first. */
    private Route jsonPost(WithBody inner) {
        return post(() -> withSizeLimit(
                MAX_BODY_BYTES,
                () -> extractStrictEntity(Duration.ofSeconds(5), entity -> {
                    JsonNode body = Json.parse(entity.getData().utf8String());
                    boolean isJson = entity.getContentType().mediaType().equals(MediaTypes.APPLICATION_JSON);
                    return isJson && body.isObject()
                            ? inner.handle(body)
                            : problem(400, "body: (expected: a JSON object)");
                })));
    }

    private static String nameIn(JsonNode body, String field, String otherwise) {
        String name = body.path(field).asText("").strip();
        return name.isEmpty() ? otherwise : name.substring(0, Math.min(64, name.length()));
    }

    private Route problem(int status, String detail) {
        var body = Json.object()
                .put("type", "about:blank")
                .put("title", StatusCodes.get(status).reason())
                .put("status", status)
                .put("detail", detail);
        return complete(json(status, body));
    }

    private Route completeJson(int status, ObjectNode body) {
        return complete(json(status, body));
    }

    private static HttpResponse json(int status, ObjectNode body) {
        return HttpResponse.create()
                .withStatus(StatusCodes.get(status))
                .withEntity(ContentTypes.APPLICATION_JSON, ByteString.fromString(Json.text(body)));
    }

    private Route page(HttpEntity.Strict entity) {
        return get(() -> complete(HttpResponse.create().withEntity(entity)));
    }

    private static HttpEntity.Strict resource(String name, ContentType.NonBinary type) {
        try (InputStream resource = SandboxPage.class.getResourceAsStream(name)) {
            if (resource == null) {
                throw new IllegalStateException("resource missing: " + name);
            }
            return HttpEntities.create(type, new String(resource.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
