package io.vibee.sandbox;

import static io.vibee.journal.Eventually.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.telegram.BotToken;
import io.vibee.telegram.TelegramClient;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("A simulated bot that manages others")
@Tag("actors")
class ManagedBotsTest {
    private static SandboxSystem sandbox;

    private BotApiServer server;
    private SandboxWorld world;
    private SandboxBot manager;
    private BotCalls calls;
    private SandboxUser anna;
    private SandboxUser boris;

    @BeforeAll
    static void startSystem() {
        sandbox = new SandboxSystem();
    }

    @AfterAll
    static void stopSystem() {
        sandbox.close();
    }

    @BeforeEach
    void startServer() {
        server = sandbox.botApiForAnyRequests();
        world = server.world();
        manager = world.createBot("manager_bot");
        calls = new BotCalls(server, manager);
        anna = world.createUser("Anna");
        boris = world.createUser("Boris");
    }

    @AfterEach
    void stopServer() {
        calls.close();
        value(server.stop());
    }

    private SandboxBot made() {
        SandboxBot bot = world.managedBots().confirms(anna, manager, "annas_bot", "Anna's twin");
        calls.updates();
        return bot;
    }

    private static String about(SandboxBot bot, String rest) {
        return "{'user_id':" + bot.id() + rest + "}";
    }

    @Test
    @DisplayName("offers one by a button, is told of it, and gets its token, which works like any")
    void offered() {
        world.userWrites(manager, anna, world.privateChat(anna), "/newbot");
        calls.result(
                "sendMessage",
                "{'chat_id':" + anna.id() + ",'text':'Make it','reply_markup':{'keyboard':[[{'text':'Make a bot',"
                        + "'request_managed_bot':{'request_id':3,'suggested_name':'Twin','suggested_username':'twin_bot'}}]]}}");
        assertThat(world.keyboard(manager, world.privateChat(anna))
                        .getFirst()
                        .getFirst()
                        .managedBot())
                .isEqualTo(new ChatButton.ManagedBotRequest(3, "Twin", "twin_bot"));
        calls.updates();

        SandboxBot bot = world.managedBots().confirms(anna, manager, "annas_bot", "Anna's twin");

        List<JsonNode> updates = calls.updates();
        JsonNode told = updates.getFirst().path("managed_bot");
        assertThat(told.path("user").path("id").asLong()).isEqualTo(anna.id());
        assertThat(told.path("bot").path("id").asLong()).isEqualTo(bot.id());
        assertThat(told.path("bot").path("is_bot").asBoolean()).isTrue();
        JsonNode message = updates.getLast().path("message");
        assertThat(message.path("from").path("id").asLong()).isEqualTo(anna.id());
        assertThat(message.path("managed_bot_created")
                        .path("bot")
                        .path("username")
                        .asText())
                .isEqualTo("annas_bot");

        String token = calls.result("getManagedBotToken", about(bot, "")).asText();
        try (var client = new TelegramClient(server.url())) {
            assertThat(value(client.getMe(BotToken.of(token))).username()).isEqualTo("annas_bot");
        }
    }

    @Test
    @DisplayName("offers one by a link")
    void link() {
        SandboxBot bot = world.managedBots()
                .opens(anna, "https://t.me/newbot/manager_bot/annas_bot?name=Anna%27s%20%D0%B1%D0%BE%D1%82");
        assertThat(bot.username()).isEqualTo("annas_bot");
        assertThat(bot.firstName()).isEqualTo("Anna's бот");
        assertThat(calls.updates()
                        .getFirst()
                        .path("managed_bot")
                        .path("bot")
                        .path("id")
                        .asLong())
                .isEqualTo(bot.id());
        for (String link : List.of(
                "https://t.me/newbot/manager_bot/annas_bot",
                "https://t.me/newbot/nobody_bot/other_bot?name=x",
                "https://t.me/manager_bot?start=x")) {
            assertThatThrownBy(() -> world.managedBots().opens(anna, link))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    @DisplayName("manages none while its owner has not switched that on")
    void off() {
        assertThat(calls.result("getMe", "{}").path("can_manage_bots").asBoolean())
                .isTrue();
        world.managedBots().mode(manager, false);
        assertThat(calls.result("getMe", "{}").path("can_manage_bots").asBoolean())
                .isFalse();
        assertThatThrownBy(this::made).isInstanceOf(IllegalArgumentException.class);
        world.managedBots().mode(manager, true);
        assertThat(made().username()).isEqualTo("annas_bot");
    }

    @Test
    @DisplayName("replaces a token, and is told when the owner does")
    void tokens() {
        SandboxBot bot = made();
        String first = calls.result("getManagedBotToken", about(bot, "")).asText();
        String second = calls.result("replaceManagedBotToken", about(bot, "")).asText();
        assertThat(second).isNotEqualTo(first);
        assertThat(calls.result("getManagedBotToken", about(bot, "")).asText()).isEqualTo(second);
        try (var old = new BotCalls(server, bot)) {
            assertThat(old.refusal("getMe", "{}")).startsWith("401 ");
        }
        assertThat(calls.updates()).isEmpty();

        String third = world.managedBots().replacesToken(anna, bot).reveal();
        assertThat(calls.update("managed_bot").path("bot").path("id").asLong()).isEqualTo(bot.id());
        assertThat(calls.result("getManagedBotToken", about(bot, "")).asText()).isEqualTo(third);
    }

    @Test
    @DisplayName("says who may write to one")
    void access() {
        SandboxBot bot = made();
        assertThat(calls.result("getManagedBotAccessSettings", about(bot, "")))
                .isEqualTo(Json.object().put("is_access_restricted", false));
        world.userWrites(bot, boris, world.privateChat(boris), "hi");

        calls.result("setManagedBotAccessSettings", about(bot, ",'is_access_restricted':true"));
        assertThatThrownBy(() -> world.userWrites(bot, boris, world.privateChat(boris), "hi again"))
                .isInstanceOf(IllegalArgumentException.class);
        world.userWrites(bot, anna, world.privateChat(anna), "I am its owner");

        calls.result(
                "setManagedBotAccessSettings",
                about(bot, ",'is_access_restricted':true,'added_user_ids':[" + boris.id() + "]"));
        world.userWrites(bot, boris, world.privateChat(boris), "now I may");
        JsonNode settings = calls.result("getManagedBotAccessSettings", about(bot, ""));
        assertThat(settings.path("is_access_restricted").asBoolean()).isTrue();
        assertThat(settings.path("added_users").path(0).path("id").asLong()).isEqualTo(boris.id());
        assertThat(calls.refusal(
                        "setManagedBotAccessSettings", about(bot, ",'is_access_restricted':true,'added_user_ids':[1]")))
                .isEqualTo("400 Bad Request: user not found");
    }

    @Test
    @DisplayName("knows nothing of bots that it does not manage, and makes none with a bad name")
    void others() {
        SandboxBot stranger = world.createBot("stranger_bot");
        assertThat(calls.refusal("getManagedBotToken", about(stranger, ""))).startsWith("400 ");
        SandboxBot bot = made();
        try (var other = new BotCalls(server, stranger)) {
            assertThat(other.refusal("getManagedBotToken", about(bot, ""))).startsWith("400 ");
        }
        for (String name : List.of("annas_bot", "ANNAS_BOT", "anna", "b!_bot", "bot")) {
            assertThatThrownBy(() -> world.managedBots().confirms(anna, manager, name, "x"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
