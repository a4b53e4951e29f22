package io.vibee.sandbox;

import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.server.Route;
import org.jspecify.annotations.Nullable;

/**
 * A person's profile, {@code <person>/profile}, to which they connect a bot, and their chats with contacts,
 * {@code <person>/contacts/<contact>}.
 */
final class ProfileRoutes extends ChatRoutes {
    private final SandboxWorld world;
    private final Profiles profiles;

    ProfileRoutes(SandboxWorld world) {
        super(world.timing());
        this.world = world;
        this.profiles = world.profiles();
    }

    Route route() {
        return person(owner -> concat(
                path(
                        "profile",
                        () -> concat(
                                get(() -> completeJson(200, profile(owner))),
                                put(() -> json(body -> connect(owner, body))),
                                delete(() -> disconnect(owner)))),
                path("bots", () -> post(() -> json(body -> makeBot(owner, body)))),
                pathPrefix("contacts", () -> person(contact -> contact(owner, contact)))));
    }

    /** What is connected: as on the page, and for whoever drives it from outside. */
    ObjectNode profile(SandboxUser owner) {
        BusinessConnection connection = profiles.connection(owner);
        if (connection == null || !connection.enabled()) {
            return Json.object().putNull("bot");
        }
        return Json.object()
                .put("bot", connection.bot().id())
                .put("connection", connection.id())
                .put("can_reply", connection.rights().reply())
                .put("can_read_messages", connection.rights().read());
    }

    private Route connect(SandboxUser owner, JsonNode body) {
        BotAccount account = world.account(body.path("bot").asLong());
        if (account == null) {
            return problem(400, "bot: (expected: the id of a bot of this sandbox)");
        }
        profiles.connects(
                owner,
                account.bot(),
                new BusinessRights(
                        body.path("can_reply").asBoolean(true),
                        body.path("can_read_messages").asBoolean(true)));
        return completeJson(200, profile(owner));
    }

    /** The person has a bot made through another. */
    private Route makeBot(SandboxUser owner, JsonNode body) {
        BotAccount manager = world.account(body.path("manager").asLong());
        if (manager == null) {
            return problem(400, "manager: (expected: the id of a bot of this sandbox)");
        }
        String username = body.path("username").asText("");
        try {
            SandboxBot bot = world.managedBots()
                    .confirms(owner, manager.bot(), username, body.path("name").asText(username));
            return completeJson(201, Json.object().put("id", bot.id()).put("username", bot.username()));
        } catch (IllegalArgumentException badName) {
            return problem(400, badName.getMessage());
        }
    }

    private Route disconnect(SandboxUser owner) {
        if (profile(owner).path("bot").isNull()) {
            return problem(409, "no bot is connected");
        }
        profiles.disconnects(owner);
        return completeJson(200, profile(owner));
    }

    private Route contact(SandboxUser owner, SandboxUser contact) {
        Conversation chat = profiles.chat(owner, contact);
        return concat(
                pathEnd(() -> changes(chat, () -> isListenedTo(owner))),
                path("messages", () -> post(() -> json(body -> write(owner, contact, body)))),
                path(
                        segment("messages").slash(segment(TELEGRAM_ID)),
                        id -> message(owner, contact, Long.parseLong(id))),
                path(
                        "presses",
                        () -> post(() -> json(body -> {
                            BusinessConnection connection = profiles.connection(owner);
                            BotAccount account = connection == null
                                    ? null
                                    : world.account(connection.bot().id());
                            return account == null
                                    ? problem(409, "no bot is connected")
                                    : press(account, contact, chat, body);
                        }))));
    }

    private Route write(SandboxUser owner, SandboxUser contact, JsonNode body) {
        long from = body.path("user").asLong();
        if (from != owner.id() && from != contact.id()) {
            return problem(400, "user: (expected: the id of one of the two)");
        }
        boolean automatic = body.path("automatic").asBoolean(false);
        if (automatic && from != owner.id()) {
            return problem(400, "automatic: true (expected: of the person whose profile it is)");
        }
        return withMessage(body, written -> {
            IncomingMessage message = automatic ? IncomingMessage.automatic(written.text()) : written;
            long id = from == owner.id()
                    ? profiles.ownerWrites(owner, contact, message)
                    : profiles.contactWrites(owner, contact, message);
            return completeJson(201, Json.object().put("message_id", id));
        });
    }

    /** Edits or deletes a message. */
    private Route message(SandboxUser owner, SandboxUser contact, long id) {
        if (profiles.chat(owner, contact).message(id) == null) {
            return problem(404, "no such message");
        }
        return concat(
                put(() -> json(body -> withText(body, text -> {
                    profiles.edits(owner, contact, id, text);
                    return completeJson(200, Json.object().put("message_id", id));
                }))),
                delete(() -> {
                    profiles.deletes(owner, contact, List.of(id));
                    return completeJson(200, Json.object().put("message_id", id));
                }));
    }

    private boolean isListenedTo(SandboxUser owner) {
        BusinessConnection connection = profiles.connection(owner);
        BotAccount account = connection == null || !connection.enabled()
                ? null
                : world.account(connection.bot().id());
        return account != null && account.updates().isListenedTo();
    }

    private Route person(Function<SandboxUser, Route> inner) {
        return pathPrefix(segment(TELEGRAM_ID), id -> {
            @Nullable SandboxUser user = world.user(Long.parseLong(id));
            return user == null ? problem(404, "no such person") : inner.apply(user);
        });
    }
}
