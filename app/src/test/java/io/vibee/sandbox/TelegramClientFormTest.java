package io.vibee.sandbox;

import static io.vibee.journal.Eventually.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.journal.Eventually;
import io.vibee.protocol.session.TextEntity;
import io.vibee.telegram.BotAccess;
import io.vibee.telegram.BotOffer;
import io.vibee.telegram.BotToken;
import io.vibee.telegram.SendRequest;
import io.vibee.telegram.TelegramClient;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Holds each call of the client, and each kind of update that it asks for, against the description of the Bot API. All other tests with a
 * {@link SandboxSystem} do so with what they happen to send.
 */
@DisplayName("The Telegram client and the simulated Telegram")
@Tag("actors")
class TelegramClientFormTest {
    private static final List<List<SendRequest.Button>> BUTTONS = List.of(List.of(new SendRequest.Button("x", "x")));
    private static SandboxSystem sandbox;

    private BotApiServer server;
    private SandboxWorld world;
    private SandboxBot bot;
    private BotToken token;
    private SandboxUser anna;
    private SandboxUser boris;
    private SandboxChat chat;
    private String connection;
    private TelegramClient client;
    private int made;

    @BeforeAll
    static void startSystem() {
        assumeThat(BotApiSchema.find()).as(BotApiSchema.MISSING).isPresent();
        sandbox = new SandboxSystem();
    }

    @AfterAll
    static void stopSystem() {
        if (sandbox != null) {
            sandbox.close();
        }
    }

    @BeforeEach
    void startServer() {
        server = sandbox.botApi();
        world = server.world();
        bot = world.createBot("form_bot");
        token = bot.token();
        anna = world.createUser("Anna");
        boris = world.createUser("Boris");
        chat = world.privateChat(anna);
        client = new TelegramClient(server.url(), Eventually.PATIENCE, Eventually.PATIENCE, Eventually.PATIENCE);
        world.userWrites(bot, anna, chat, "hello");
        connection = world.profiles().connects(anna, bot, BusinessRights.ALL);
        world.profiles().contactWrites(anna, boris, "hi");
    }

    @AfterEach
    void stopServer() {
        client.close();
        value(server.stop());
    }

    /** One call of each of the client's methods, with all that it can say. */
    private Map<String, List<Call>> calls() {
        var whole = new SendRequest(
                boris.id(),
                "a link and code",
                List.of(
                        new TextEntity(TextEntity.Kind.TEXT_LINK, 2, 4, "https://example.org/", null),
                        new TextEntity(TextEntity.Kind.PRE, 11, 4, null, "java")),
                false,
                null,
                connection,
                999L);
        return Map.ofEntries(
                Map.<String, List<Call>>entry("getMe", List.of(() -> client.getMe(token))),
                Map.<String, List<Call>>entry("getUpdates", List.of(() -> client.getUpdates(token, 0, Duration.ZERO))),
                Map.<String, List<Call>>entry(
                        "sendMessage",
                        List.of(
                                () -> client.sendMessage(token, whole),
                                () -> client.sendMessage(token, SendRequest.toChat(chat.id(), "plain")),
                                () -> client.sendMessage(token, SendRequest.toChat(chat.id(), "ask", BUTTONS)))),
                Map.<String, List<Call>>entry("editMessage", List.of(this::edit)),
                Map.<String, List<Call>>entry("answerCallback", List.of(this::press)),
                Map.<String, List<Call>>entry(
                        "setCommands",
                        List.of(
                                () -> client.setCommands(token, "", Map.of("help", "what it can do")),
                                () -> client.setCommands(token, "ru", Map.of("help", "что умеет")))),
                Map.<String, List<Call>>entry(
                        "getBusinessConnection", List.of(() -> client.getBusinessConnection(token, connection))),
                Map.<String, List<Call>>entry(
                        "sendDraft", List.of(() -> client.sendDraft(token, chat.id(), null, 7, "so far"))),
                Map.<String, List<Call>>entry(
                        "readBusinessMessage",
                        List.of(() -> client.readBusinessMessage(
                                token,
                                connection,
                                boris.id(),
                                world.profiles()
                                        .transcript(anna, boris)
                                        .getFirst()
                                        .messageId()))),
                Map.<String, List<Call>>entry(
                        "sendTyping",
                        List.of(
                                () -> client.sendTyping(token, chat.id(), null, null),
                                () -> client.sendTyping(token, boris.id(), null, connection))),
                Map.<String, List<Call>>entry(
                        "setWebhook",
                        List.of(
                                () -> client.setWebhook(token, URI.create("http://127.0.0.1:1/"), "secret", 40),
                                () -> client.deleteWebhook(token))),
                Map.<String, List<Call>>entry(
                        "offerBot",
                        List.of(() -> client.offerBot(
                                token, anna.id(), "Make it", new BotOffer("Make a bot", "Twin", "twin_bot")))),
                Map.<String, List<Call>>entry(
                        "getManagedBotToken", List.of(() -> client.getManagedBotToken(token, managedBot()))),
                Map.<String, List<Call>>entry(
                        "replaceManagedBotToken", List.of(() -> client.replaceManagedBotToken(token, managedBot()))),
                Map.<String, List<Call>>entry("setManagedBotAccess", List.of(() -> access(List.of(boris.id())))),
                Map.<String, List<Call>>entry("getManagedBotAccess", List.of(() -> access(List.of(anna.id())))),
                Map.<String, List<Call>>entry("getWebhookInfo", List.of(() -> client.getWebhookInfo(token))),
                Map.<String, List<Call>>entry("deleteWebhook", List.of(() -> client.deleteWebhook(token))));
    }

    private CompletionStage<?> edit() {
        return client.sendMessage(token, SendRequest.toChat(chat.id(), "ask", BUTTONS))
                .thenCompose(id -> client.editMessage(token, chat.id(), id, "asked", List.of())
                        .thenCompose(done -> client.editMessage(token, chat.id(), id, "asked", List.of())));
    }

    private CompletionStage<?> press() {
        return client.sendMessage(token, SendRequest.toChat(chat.id(), "ask", BUTTONS))
                .thenCompose(id -> client.answerCallback(token, world.userPresses(bot, anna, chat, id, "x"), "done"));
    }

    private long managedBot() {
        return world.managedBots()
                .confirms(anna, bot, "made" + made++ + "_bot", "Anna's twin")
                .id();
    }

    /** What is set is what is read, restricted and not. */
    private CompletionStage<?> access(List<Long> users) {
        long managed = managedBot();
        BotAccess some = new BotAccess(true, users);
        BotAccess everybody = new BotAccess(false, List.of());
        return client.setManagedBotAccess(token, managed, some)
                .thenCompose(done -> client.getManagedBotAccess(token, managed))
                .thenAccept(read -> assertThat(read).isEqualTo(some))
                .thenCompose(done -> client.setManagedBotAccess(token, managed, everybody))
                .thenCompose(done -> client.getManagedBotAccess(token, managed))
                .thenAccept(read -> assertThat(read).isEqualTo(everybody));
    }

    private interface Call {
        CompletionStage<?> make();
    }

    @Test
    @DisplayName("have a call of each method here")
    void all() {
        Set<String> methods = Arrays.stream(TelegramClient.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
                .map(Method::getName)
                .filter(name -> !name.equals("close"))
                .collect(Collectors.toSet());
        assertThat(calls().keySet()).as("calls of this test").isEqualTo(methods);
    }

    @TestFactory
    @DisplayName("say and answer as the Bot API is described in")
    List<DynamicTest> form() {
        return calls().entrySet().stream()
                .map(method -> DynamicTest.dynamicTest(method.getKey(), () -> {
                    List<String> before = sandbox.deviations();
                    for (Call call : method.getValue()) {
                        value(call.make());
                    }
                    assertThat(sandbox.deviations()).isEqualTo(before);
                }))
                .toList();
    }

    @Test
    @DisplayName("bring each kind of update that is asked for, in the form that is described")
    void updates() {
        value(client.getUpdates(token, 0, Duration.ZERO));
        JsonNode asked =
                server.requests().requests("getUpdates").getLast().params().path("allowed_updates");
        everythingHappens();
        Set<String> came = new HashSet<>();
        try (var raw = new BotCalls(server, bot)) {
            raw.updates().forEach(update -> update.fieldNames().forEachRemaining(came::add));
        }
        assertThat(StreamSupport.stream(asked.spliterator(), false).map(JsonNode::asText))
                .isSubsetOf(came);
        assertThat(sandbox.deviations()).isEmpty();
    }

    /** One action at least for each kind of update, and one for each form of a message. */
    private void everythingHappens() {
        SandboxChat forum = world.createGroup("Club", "supergroup", true);
        world.botJoins(bot, forum, anna);
        long first = world.userWrites(bot, boris, forum, IncomingMessage.photo("look"));
        world.userWrites(
                bot, anna, forum, IncomingMessage.text("/help").inTopic(7).inReplyTo(first));
        world.userEdits(bot, forum, first, "look here");
        world.userWrites(bot, anna, chat, IncomingMessage.voice(ByteString.fromString("OggS"), 3));
        world.userWrites(
                bot,
                anna,
                chat,
                IncomingMessage.text("").with(new Media.Other("location", "{\"latitude\":52.5,\"longitude\":13.4}")));
        world.userBlocks(bot, boris);
        world.userUnblocks(bot, boris);
        world.userStarts(bot, anna, "code");
        world.managedBots().confirms(anna, bot, "annas_bot", "Anna's twin");
        world.profiles().ownerWrites(anna, boris, IncomingMessage.automatic("away"));
        world.profiles().changesRights(anna, BusinessRights.NONE);
        long id = world.profiles().contactWrites(anna, boris, IncomingMessage.photo("mine"));
        world.profiles().edits(anna, boris, id, "mine too");
        world.profiles().deletes(anna, boris, List.of(id));
        world.profiles().disconnects(anna);
        try (var raw = new BotCalls(server, bot)) {
            String keyboard = "'reply_markup':{'inline_keyboard':[[{'text':'x','callback_data':'x'}]]}";
            long asked = raw.result("sendMessage", "{'chat_id':" + chat.id() + ",'text':'x'," + keyboard + "}")
                    .path("message_id")
                    .asLong();
            world.userPresses(bot, anna, chat, asked, "x");
            raw.result("deleteMessage", "{'chat_id':" + chat.id() + ",'message_id':" + asked + "}");
            world.userPresses(bot, anna, chat, asked, "x");
        }
    }
}
