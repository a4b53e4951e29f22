package io.vibee.sandbox;

import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.server.Route;
import org.jspecify.annotations.Nullable;

/** People's chats with a bot, in private and in groups: {@code <bot>/chats/<chat>}. */
final class BotChatRoutes extends ChatRoutes {
    private final SandboxWorld world;

    BotChatRoutes(SandboxWorld world) {
        super(world.timing());
        this.world = world;
    }

    Route route() {
        return pathPrefix(
                segment(TELEGRAM_ID),
                botId -> pathPrefix(
                        "chats",
                        () -> pathPrefix(
                                segment(TELEGRAM_ID),
                                chatId -> chat(
                                        world.account(Long.parseLong(botId)), world.chat(Long.parseLong(chatId))))));
    }

    private Route chat(@Nullable BotAccount account, @Nullable SandboxChat chat) {
        if (account == null || chat == null) {
            return problem(404, "no such bot or chat");
        }
        return concat(
                pathEnd(() -> changes(account.conversation(chat), account.updates()::isListenedTo)),
                path("messages", () -> post(() -> json(body -> write(account, chat, body)))),
                path(
                        "presses",
                        () -> post(() -> json(body -> asMember(
                                chat, body, user -> press(account, user, account.conversation(chat), body))))));
    }

    private Route write(BotAccount account, SandboxChat chat, JsonNode body) {
        return asMember(
                chat,
                body,
                user -> withMessage(body, message -> {
                    if (chat.isPrivate() && !account.mayBeWrittenToBy(user)) {
                        return problem(403, "the bot's owner has not let this person write to it");
                    }
                    long id = account.userWrites(user, chat, message);
                    return completeJson(201, Json.object().put("message_id", id));
                }));
    }

    private Route asMember(SandboxChat chat, JsonNode body, Function<SandboxUser, Route> action) {
        SandboxUser user = world.user(body.path("user").asLong());
        return user == null || (chat.isPrivate() && chat.id() != user.id())
                ? problem(400, "user: (expected: the id of a person of this chat)")
                : action.apply(user);
    }
}
