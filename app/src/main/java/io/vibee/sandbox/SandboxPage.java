package io.vibee.sandbox;

import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * The page on which a visitor writes to a bot as one of the simulated people, and the few calls below {@code sandbox/api} that it makes.
 * All its addresses are relative, so it may be mounted under any path that ends in a slash.
 */
public final class SandboxPage extends JsonRoutes {
    /** No script, style or picture from elsewhere, and no inline ones. */
    private static final List<HttpHeader> HEADERS = List.of(
            RawHeader.create(
                    "Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:;"
                            + " media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
            RawHeader.create("X-Content-Type-Options", "nosniff"),
            RawHeader.create("Referrer-Policy", "no-referrer"),
            RawHeader.create("Cache-Control", "no-store"));

    private final SandboxWorld world;
    private final BotChatRoutes botChats;
    private final ProfileRoutes profiles;
    private final HttpEntity.Strict html = resource("index.html", ContentTypes.TEXT_HTML_UTF8);
    private final HttpEntity.Strict script =
            resource("sandbox.js", MediaTypes.APPLICATION_JAVASCRIPT.toContentType(HttpCharsets.UTF_8));
    private final HttpEntity.Strict style =
            resource("sandbox.css", MediaTypes.TEXT_CSS.toContentType(HttpCharsets.UTF_8));

    SandboxPage(SandboxWorld world) {
        this.world = world;
        this.botChats = new BotChatRoutes(world);
        this.profiles = new ProfileRoutes(world);
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
                        () -> post(() -> json(body -> {
                            SandboxBot bot = world.createBot(nameIn(body, "username", "sandbox_bot"));
                            return completeJson(201, botJson(bot, false));
                        }))),
                path(
                        "people",
                        () -> post(() -> json(body -> {
                            String language = nameIn(body, "language", "en");
                            SandboxUser user = world.createUser(nameIn(body, "name", "Somebody"), language, false);
                            return completeJson(201, personJson(user));
                        }))),
                path(segment("files").slash(segment()), id -> get(() -> file(id))),
                pathPrefix("bots", botChats::route),
                pathPrefix("people", profiles::route));
    }

    /** A picture or sound that somebody sent. */
    private Route file(String id) {
        SandboxFiles.Stored file = world.files().find(id);
        if (file == null) {
            return problem(404, "no such file");
        }
        ContentType type = file.path().endsWith(".jpg")
                ? MediaTypes.IMAGE_JPEG.toContentType()
                : MediaTypes.AUDIO_OGG.toContentType();
        return complete(HttpResponse.create().withEntity(type, file.content()));
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

    private ObjectNode personJson(SandboxUser user) {
        ObjectNode person = Json.object()
                .put("id", user.id())
                .put("name", user.firstName())
                .put("username", user.username())
                .put("language", user.languageCode());
        person.set("profile", profiles.profile(user));
        return person;
    }

    private static String nameIn(JsonNode body, String field, String otherwise) {
        String name = body.path(field).asText("").strip();
        return name.isEmpty() ? otherwise : name.substring(0, Math.min(64, name.length()));
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
