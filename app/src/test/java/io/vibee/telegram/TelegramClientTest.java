package io.vibee.telegram;

import static io.vibee.journal.Eventually.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.sandbox.BotApiServer;
import io.vibee.sandbox.BusinessRights;
import io.vibee.sandbox.Fault;
import io.vibee.sandbox.IncomingMessage;
import io.vibee.sandbox.RecordedRequest;
import io.vibee.sandbox.SandboxBot;
import io.vibee.sandbox.SandboxChat;
import io.vibee.sandbox.SandboxSystem;
import io.vibee.sandbox.SandboxUser;
import io.vibee.sandbox.SandboxWorld;
import io.vibee.sandbox.TranscriptEntry;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.telegram.telegrambots.meta.api.objects.Update;
import org.telegram.telegrambots.meta.api.objects.message.Message;

@DisplayName("The Telegram client")
@Tag("actors")
class TelegramClientTest {
    private static final BotToken UNKNOWN = BotToken.of("42:" + "x".repeat(35));

    private static SandboxSystem sandbox;

    private BotApiServer server;
    private SandboxWorld world;
    private SandboxBot bot;
    private BotToken token;
    private SandboxUser anna;
    private SandboxChat chat;
    private TelegramClient client;

    @BeforeAll
    static void startSystem() {
        sandbox = new SandboxSystem();
    }

    @AfterAll
    static void stopSystem() {
        sandbox.close();
    }

    @BeforeEach
    void start() {
        server = sandbox.botApi();
        world = server.world();
        bot = world.createBot("echo_bot");
        token = bot.token();
        anna = world.createUser("Anna");
        chat = world.privateChat(anna);
        client = new TelegramClient(server.url());
    }

    @AfterEach
    void stop() {
        client.close();
        value(server.stop());
    }

    @Nested
    @DisplayName("asks who a token belongs to")
    class Identity {
        @Test
        @DisplayName("and learns the bot's id and names")
        void known() {
            assertThat(value(client.getMe(token))).isEqualTo(new BotIdentity(bot.id(), "echo_bot", "echo_bot", true));
        }

        @Test
        @DisplayName("and learns that it is none")
        void unknown() {
            assertThat(failureOf(client.getMe(UNKNOWN))).isEqualTo(new TelegramFailure.Unauthorized());
            server.faults()
                    .next(
                            1,
                            "getMe",
                            Fault.raw(
                                    404,
                                    "application/json",
                                    "{\"ok\":false,\"error_code\":404,\"description\":\"Not Found\"}"));
            assertThat(failureOf(client.getMe(token))).isEqualTo(new TelegramFailure.Unauthorized());
        }
    }

    @Nested
    @DisplayName("polls")
    class Polling {
        @Test
        @DisplayName("and gets the same updates until it confirms them")
        void confirms() {
            world.userWrites(bot, anna, chat, "one");
            world.userWrites(bot, anna, chat, "two");
            List<IncomingUpdate> first = poll(0);
            assertThat(texts(first)).containsExactly("one", "two");
            assertThat(texts(poll(0))).containsExactly("one", "two");
            assertThat(texts(poll(first.getFirst().updateId() + 1))).containsExactly("two");
            assertThat(server.requests().requests("getUpdates"))
                    .extracting(request -> request.params().has("offset"))
                    .containsExactly(false, false, true);
        }

        @Test
        @DisplayName("naming the kinds it wants every time")
        void allowedUpdates() {
            poll(0);
            poll(0);
            assertThat(server.requests().requests("getUpdates"))
                    .allSatisfy(request -> assertThat(request.params().get("allowed_updates"))
                            .extracting(kind -> kind.asText())
                            .containsExactlyElementsOf(TelegramClient.ALLOWED_UPDATES));
        }

        @Test
        @DisplayName("without holding up sends")
        void besideSends() {
            world.userWrites(bot, anna, chat, "hello");
            long next = poll(0).getFirst().updateId() + 1;
            CompletionStage<List<IncomingUpdate>> waiting = client.getUpdates(token, next, Duration.ofSeconds(50));
            value(client.sendMessage(token, SendRequest.toChat(chat.id(), "hi")));
            assertThat(waiting.toCompletableFuture()).isNotDone();
            world.userWrites(bot, anna, chat, "more");
            assertThat(texts(value(waiting))).containsExactly("more");
        }

        @Test
        @DisplayName("and understands every kind it asks for")
        void kinds() {
            long id = world.userWrites(bot, anna, chat, IncomingMessage.photo("look"));
            world.userEdits(bot, chat, id, "look here");
            world.userBlocks(bot, anna);
            String connection = world.profiles().connects(anna, bot, BusinessRights.ALL);
            SandboxUser customer = world.createUser("Customer");
            long asked = world.profiles().contactWrites(anna, customer, "hi");
            world.profiles().edits(anna, customer, asked, "hi!");
            world.profiles().deletes(anna, customer, List.of(asked));

            List<IncomingUpdate> updates = poll(0);

            assertThat(updates).extracting(IncomingUpdate::problem).containsOnlyNulls();
            assertThat(understood(updates.get(0)).getMessage().getCaption()).isEqualTo("look");
            assertThat(understood(updates.get(1)).getEditedMessage().getCaption())
                    .isEqualTo("look here");
            assertThat(understood(updates.get(2))
                            .getMyChatMember()
                            .getNewChatMember()
                            .getStatus())
                    .isEqualTo("kicked");
            assertThat(understood(updates.get(3)).getBusinessConnection().getId())
                    .isEqualTo(connection);
            assertThat(understood(updates.get(4)).getBusinessMessage().getText())
                    .isEqualTo("hi");
            assertThat(understood(updates.get(5)).getEditedBuinessMessage().getText())
                    .isEqualTo("hi!");
            assertThat(understood(updates.get(6)).getDeletedBusinessMessages().getMessageIds())
                    .containsExactly((int) asked);
        }

        @Test
        @DisplayName("and reports what it can't understand, without losing what is beside it")
        void garbage() {
            world.injectUpdate(bot, id -> "\"garbage\"");
            world.injectUpdate(bot, id -> "{\"message\":{}}");
            world.injectUpdate(bot, id -> "{\"update_id\":" + id + ",\"message\":\"secret words\"}");
            world.injectUpdate(bot, id -> "{\"update_id\":" + id + ",\"message\":{\"text\":\"no chat\"}}");
            world.injectUpdate(
                    bot, id -> "{\"new_field\":{\"a\":[1,{}]},\"update_id\":" + id + ",\"new_kind\":{\"b\":1}}");
            world.injectUpdate(
                    bot, id -> "{\"update_id\":" + id + ",\"deep\":" + "[".repeat(5000) + "]".repeat(5000) + "}");
            world.injectUpdate(bot, id -> "{\"update_id\":" + id + ",\"message\":{\"date\":\"secret words\"}}");
            world.userWrites(bot, anna, chat, "fine");

            List<IncomingUpdate> updates = poll(0);

            long last = updates.getLast().updateId();
            assertThat(updates)
                    .extracting(IncomingUpdate::updateId)
                    .containsExactly(-1L, -1L, last - 5, last - 4, last - 3, last - 2, last - 1, last);
            assertThat(updates)
                    .extracting(update -> update.update() != null)
                    .containsExactly(false, false, false, false, true, true, false, true);
            assertThat(updates.get(2).problem()).isEqualTo("message: not of the expected type");
            assertThat(updates.get(3).problem()).isEqualTo("message: no message_id, date or chat");
            assertThat(understood(updates.get(5)).getMessage()).isNull();
            assertThat(updates.get(6).problem()).isEqualTo("message: no message_id, date or chat");
            assertThat(texts(updates.subList(7, 8))).containsExactly("fine");
        }

        @Test
        @DisplayName("and reads every text with a sign where it can't be stored, each of the same length")
        void unstorable() {
            world.injectUpdate(
                    bot,
                    id -> "{\"update_id\":" + id + ",\"message\":{\"message_id\":1,\"date\":1700000000,"
                            + "\"from\":{\"id\":5,\"is_bot\":false,\"first_name\":\"A\\u0000nn\",\"language_code\":\"\\u0000\"},"
                            + "\"chat\":{\"id\":5,\"type\":\"group\",\"title\":\"\\ud83d club\"},"
                            + "\"text\":\"a\\u0000b \\ud83d\\ude00 \\ude00\"}}");

            Message message = understood(poll(0).getFirst()).getMessage();

            assertThat(message.getText()).isEqualTo("a\uFFFDb \uD83D\uDE00 \uFFFD");
            assertThat(message.getChat().getTitle()).isEqualTo("\uFFFD club");
            assertThat(message.getFrom().getFirstName()).isEqualTo("A\uFFFDnn");
            assertThat(message.getFrom().getLanguageCode()).isEqualTo("\uFFFD");
        }

        @Test
        @DisplayName("and reads past what Telegram added after the library was made")
        void newerThanTheLibrary() {
            world.injectUpdate(
                    bot,
                    id -> "{\"update_id\":" + id + ",\"message\":{\"message_id\":1,\"date\":1700000000,"
                            + "\"chat\":{\"id\":5,\"type\":\"private\",\"new\":[{}]},\"text\":\"hello\",\"new\":{\"a\":1},"
                            + "\"forward_origin\":{\"type\":\"new_kind\",\"date\":1},"
                            + "\"entities\":[{\"type\":\"new_kind\",\"offset\":0,\"length\":1}]}}");
            assertThat(texts(poll(0))).containsExactly("hello");
        }

        @Test
        @DisplayName("and is told of another poller, and of a webhook")
        void conflicts() {
            CompletionStage<List<IncomingUpdate>> older = client.getUpdates(token, 0, Duration.ofSeconds(50));
            try (var other = new TelegramClient(server.url())) {
                CompletionStage<List<IncomingUpdate>> newer = other.getUpdates(token, 0, Duration.ofSeconds(50));
                var failed = CompletableFuture.anyOf(older.toCompletableFuture(), newer.toCompletableFuture());
                assertThat(failureOf(failed))
                        .isInstanceOfSatisfying(
                                TelegramFailure.Conflict.class,
                                conflict ->
                                        assertThat(conflict.becauseOfWebhook()).isFalse());
            }
            server.faults()
                    .next(
                            1,
                            "getUpdates",
                            Fault.raw(
                                    409,
                                    "application/json",
                                    "{\"ok\":false,\"error_code\":409,\"description\":\"Conflict: can't use getUpdates method while webhook is active\"}"));
            assertThat(failureOf(client.getUpdates(token, 0, Duration.ZERO)))
                    .isInstanceOfSatisfying(
                            TelegramFailure.Conflict.class,
                            conflict -> assertThat(conflict.becauseOfWebhook()).isTrue());
            value(client.deleteWebhook(token));
        }

        @Test
        @DisplayName("never with a negative offset")
        void negativeOffset() {
            assertThatThrownBy(() -> client.getUpdates(token, -1, Duration.ZERO))
                    .hasMessageStartingWith("offset: -1");
        }
    }

    @Nested
    @DisplayName("sends")
    class Sending {
        @Test
        @DisplayName("text as it is and gives its id")
        void text() {
            long asked = world.userWrites(bot, anna, chat, "hello");
            long id = value(client.sendMessage(token, SendRequest.toChat(chat.id(), "*не* <b>markup</b> 😀")));
            assertThat(id).isEqualTo(asked + 1);
            assertThat(world.transcript(bot, chat).getLast().text()).isEqualTo("*не* <b>markup</b> 😀");
        }

        @Test
        @DisplayName("entities as Telegram reads them, and no preview where none is wanted")
        void entities() {
            world.userWrites(bot, anna, chat, "hello");
            FormattedText formatted = MarkdownReader.read("**see** [this](https://e.org)\n```java\nx\n```");
            value(client.sendMessage(
                    token,
                    new SendRequest(chat.id(), formatted.text(), formatted.entities(), false, null, null, null)));
            value(client.sendMessage(token, SendRequest.toChat(chat.id(), "plain")));

            List<RecordedRequest> sent = server.requests().requests("sendMessage");
            JsonNode first = sent.get(sent.size() - 2).params();
            assertThat(first.path("text").asText()).isEqualTo("see this\nx");
            assertThat(first.path("entities").toString())
                    .isEqualTo("[{\"type\":\"bold\",\"offset\":0,\"length\":3},"
                            + "{\"type\":\"text_link\",\"offset\":4,\"length\":4,\"url\":\"https://e.org\"},"
                            + "{\"type\":\"pre\",\"offset\":9,\"length\":1,\"language\":\"java\"}]");
            assertThat(first.path("link_preview_options").path("is_disabled").asBoolean())
                    .isTrue();
            assertThat(sent.getLast().params().has("entities")).isFalse();
            assertThat(sent.getLast().params().has("link_preview_options")).isFalse();
        }

        @Test
        @DisplayName("drafts of an answer, each in the place of the one before")
        void drafts() {
            world.userWrites(bot, anna, chat, "hello");
            value(client.sendDraft(token, chat.id(), null, 17, "I th"));
            value(client.sendDraft(token, chat.id(), null, 17, "I think"));

            assertThat(world.draft(bot, chat)).isEqualTo("I think");
            assertThat(server.requests()
                            .requests("sendMessageDraft")
                            .getLast()
                            .params()
                            .toString())
                    .isEqualTo("{\"chat_id\":" + chat.id() + ",\"draft_id\":17,\"text\":\"I think\"}");
            assertThat(failureOf(
                            client.sendDraft(token, world.createGroup("Club").id(), null, 17, "x")))
                    .isNotNull();
        }

        @Test
        @DisplayName("into a topic, though the general one is left out, and in reply")
        void topics() {
            SandboxChat forum = world.createGroup("Forum", "supergroup", true);
            long asked = world.userWrites(
                    bot, anna, forum, IncomingMessage.text("hello").inTopic(7));
            value(client.sendMessage(token, new SendRequest(forum.id(), "in topic", List.of(), true, 7, null, asked)));
            value(client.sendMessage(
                    token, new SendRequest(forum.id(), "in general", List.of(), true, 1, null, 999_999L)));
            assertThat(world.transcript(bot, forum))
                    .extracting(TranscriptEntry::threadId)
                    .containsExactly(7, 7, null);
            assertThat(world.transcript(bot, forum))
                    .extracting(TranscriptEntry::replyTo)
                    .containsExactly(null, asked, null);
        }

        @Test
        @DisplayName("as the person of a business connection")
        void business() {
            String connection = world.profiles().connects(anna, bot, BusinessRights.ALL);
            SandboxUser customer = world.createUser("Customer");
            world.profiles().contactWrites(anna, customer, "hi");
            value(client.sendTyping(token, customer.id(), null, connection));
            assertThat(world.profiles().isTyping(anna, customer)).isTrue();
            value(client.sendMessage(
                    token, new SendRequest(customer.id(), "hello", List.of(), true, null, connection, null)));
            assertThat(world.profiles().transcript(anna, customer)).hasSize(2);
        }

        @Test
        @DisplayName("a broken surrogate pair as a question mark rather than never")
        void loneSurrogate() {
            world.userWrites(bot, anna, chat, "hello");
            value(client.sendMessage(token, SendRequest.toChat(chat.id(), "half \ud83d")));
            assertThat(world.transcript(bot, chat).getLast().text()).isEqualTo("half ?");
        }

        @Test
        @DisplayName("that it is typing")
        void typing() {
            world.userWrites(bot, anna, chat, "hello");
            value(client.sendTyping(token, chat.id(), 1, null));
            assertThat(world.isTyping(bot, chat)).isTrue();
        }
    }

    @Nested
    @DisplayName("tells refusals apart:")
    class Refusals {
        @Test
        @DisplayName("a revoked token")
        void revoked() {
            world.revoke(bot);
            assertThat(sendFailure()).isEqualTo(new TelegramFailure.Unauthorized());
        }

        @Test
        @DisplayName("a blocked bot")
        void blocked() {
            world.userWrites(bot, anna, chat, "hello");
            world.userBlocks(bot, anna);
            assertThat(sendFailure())
                    .isEqualTo(new TelegramFailure.Forbidden("Forbidden: bot was blocked by the user"));
        }

        @Test
        @DisplayName("too many requests, with the time to wait")
        void flood() {
            server.faults().next(1, "sendMessage", Fault.floodWait(17));
            assertThat(sendFailure()).isEqualTo(new TelegramFailure.FloodWait(Duration.ofSeconds(17)));
        }

        @Test
        @DisplayName("a group with a new id")
        void migrated() {
            server.faults().next(1, "sendMessage", Fault.migrated(-100123L));
            assertThat(sendFailure())
                    .isInstanceOfSatisfying(
                            TelegramFailure.BadRequest.class,
                            refused -> assertThat(refused.migrateToChatId()).isEqualTo(-100123L));
        }

        @Test
        @DisplayName("a bad request")
        void badRequest() {
            assertThat(failureOf(client.sendMessage(token, SendRequest.toChat(99, "x"))))
                    .isEqualTo(new TelegramFailure.BadRequest("Bad Request: chat not found", null));
        }

        @Test
        @DisplayName("an error of the server, of which nobody knows whether it was done")
        void serverError() {
            server.faults().next(1, "sendMessage", Fault.serverError(502));
            TelegramFailure failure = sendFailure();
            assertThat(failure).isEqualTo(new TelegramFailure.ServerError(502));
            assertThat(failure.certainlyNotDone()).isFalse();
        }

        @Test
        @DisplayName("a connection that broke after the message was sent")
        void cutAfter() {
            world.userWrites(bot, anna, chat, "hello");
            server.faults().next(1, "sendMessage", Fault.cutAfter());
            TelegramFailure failure = sendFailure();
            assertThat(failure).isInstanceOf(TelegramFailure.LostConnection.class);
            assertThat(failure.certainlyNotDone()).isFalse();
            assertThat(world.transcript(bot, chat)).hasSize(2);
            assertThat(server.requests().count("sendMessage"))
                    .as("never repeated by itself")
                    .isEqualTo(1);
        }

        private TelegramFailure sendFailure() {
            return failureOf(client.sendMessage(token, SendRequest.toChat(chat.id(), "x")));
        }
    }

    @Test
    @DisplayName("holds a thousand polls with a handful of threads")
    void manyPolls() {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        List<SandboxBot> bots = IntStream.range(0, 1000)
                .mapToObj(i -> world.createBot("bot_" + i))
                .toList();
        var polls = bots.stream()
                .map(each -> client.getUpdates(each.token(), 0, Duration.ofSeconds(50))
                        .toCompletableFuture())
                .toList();
        bots.forEach(each -> world.userWrites(each, anna, chat, "hello " + each.id()));
        for (int i = 0; i < bots.size(); i++) {
            assertThat(texts(value(polls.get(i))))
                    .containsExactly("hello " + bots.get(i).id());
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().startsWith("telegram-poll"))
                .as("beside those that clients of earlier tests have not let go yet")
                .filteredOn(thread -> !before.contains(thread))
                .hasSizeLessThanOrEqualTo(4);
    }

    @Test
    @DisplayName("drops a request that is cancelled")
    void cancel() {
        CompletionStage<List<IncomingUpdate>> poll = client.getUpdates(token, 0, Duration.ofSeconds(50));
        poll.toCompletableFuture().cancel(true);
        assertThat(poll.toCompletableFuture()).isCancelled();
        assertThat(value(client.getMe(token)).id()).isEqualTo(bot.id());
    }

    @Test
    @DisplayName("fails what is in flight when it is closed, and everything later")
    void closed() {
        CompletionStage<List<IncomingUpdate>> poll = client.getUpdates(token, 0, Duration.ofSeconds(50));
        client.close();
        assertThat(failureOf(poll).certainlyNotDone()).isIn(true, false);
        assertThat(failureOf(client.getMe(token))).isEqualTo(new TelegramFailure.Unreachable("the client is closed"));
    }

    private List<IncomingUpdate> poll(long offset) {
        return value(client.getUpdates(token, offset, Duration.ZERO));
    }

    private static List<String> texts(List<IncomingUpdate> updates) {
        return updates.stream()
                .map(update -> understood(update).getMessage().getText())
                .toList();
    }

    private static Update understood(IncomingUpdate update) {
        return Objects.requireNonNull(update.update(), () -> "not understood: " + update.problem());
    }

    static TelegramFailure failureOf(CompletionStage<?> stage) {
        try {
            stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof TelegramException refused) {
                return refused.failure();
            }
            throw new AssertionError("not a TelegramException", failed.getCause());
        }
        throw new AssertionError("did not fail");
    }
}
