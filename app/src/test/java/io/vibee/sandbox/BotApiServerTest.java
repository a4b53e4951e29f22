package io.vibee.sandbox;

import static io.vibee.journal.Eventually.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.journal.Eventually;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The simulated Bot API")
@Tag("actors")
class BotApiServerTest {
    private static SandboxSystem sandbox;
    private static HttpClient http;

    private BotApiServer server;
    private SandboxWorld world;
    private SandboxBot bot;
    private SandboxUser anna;
    private SandboxChat chat;

    @BeforeAll
    static void startSystem() {
        sandbox = new SandboxSystem();
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterAll
    static void stopSystem() {
        http.shutdownNow();
        sandbox.close();
    }

    @BeforeEach
    void startServer() {
        server = sandbox.botApiForAnyRequests();
        world = server.world();
        bot = world.createBot("echo_bot");
        anna = world.createUser("Anna");
        chat = world.privateChat(anna);
    }

    @AfterEach
    void stopServer() {
        value(server.stop());
    }

    @Nested
    @DisplayName("gives updates")
    class Updates {
        @Test
        @DisplayName("again and again until an offset confirms them")
        void redelivery() {
            world.userWrites(bot, anna, chat, "one");
            world.userWrites(bot, anna, chat, "two");

            JsonNode first = result(call("getUpdates", "{}"));
            assertThat(texts(first)).containsExactly("one", "two");
            assertThat(texts(result(call("getUpdates", "{}")))).containsExactly("one", "two");

            long id = first.get(0).get("update_id").asLong();
            assertThat(first.get(1).get("update_id").asLong()).isEqualTo(id + 1);
            assertThat(texts(result(call("getUpdates", "{\"offset\":" + (id + 1) + "}"))))
                    .containsExactly("two");
            assertThat(result(call("getUpdates", "{\"offset\":" + (id + 2) + "}")))
                    .isEmpty();
            assertThat(world.unconfirmed(bot)).isZero();
        }

        @Test
        @DisplayName("from the first on when an offset is far ahead, as after a week or on another server")
        void offsetAhead() {
            world.userWrites(bot, anna, chat, "one");
            assertThat(texts(result(call("getUpdates", "{\"offset\":2000000000}"))))
                    .containsExactly("one");
        }

        @Test
        @DisplayName("only the last ones for a negative offset, forgetting the rest")
        void negativeOffset() {
            world.userWrites(bot, anna, chat, "one");
            world.userWrites(bot, anna, chat, "two");
            assertThat(texts(result(call("getUpdates", "{\"offset\":-1}")))).containsExactly("two");
            assertThat(world.unconfirmed(bot)).isEqualTo(1);
        }

        @Test
        @DisplayName("at most as many as the limit says")
        void limit() {
            for (int i = 0; i < 3; i++) {
                world.userWrites(bot, anna, chat, "message " + i);
            }
            assertThat(result(call("getUpdates", "{\"limit\":2}"))).hasSize(2);
        }

        @Test
        @DisplayName("to a waiting poll as soon as somebody writes")
        void longPoll() {
            CompletableFuture<HttpResponse<String>> poll = callAsync("getUpdates", "{\"timeout\":50}");
            waitForPolls(1);
            world.userWrites(bot, anna, chat, "hello");
            assertThat(texts(result(value(poll)))).containsExactly("hello");
        }

        @Test
        @DisplayName("with an empty list when the time-out passes")
        void pollEnds() {
            assertThat(result(call("getUpdates", "{\"timeout\":1}"))).isEmpty();
        }

        @Test
        @DisplayName("only of the kinds asked for, also when a later poll does not repeat them")
        void allowedUpdates() {
            call("getUpdates", "{\"allowed_updates\":[\"edited_message\"]}");
            call("getUpdates", "{}");
            long id = world.userWrites(bot, anna, chat, "one");
            world.userEdits(bot, chat, id, "two");

            JsonNode updates = result(call("getUpdates", "{}"));
            assertThat(updates).hasSize(1);
            assertThat(updates.get(0).path("edited_message").path("text").asText())
                    .isEqualTo("two");
        }

        @Test
        @DisplayName("with all that Telegram says of a message")
        void messageForm() {
            SandboxChat group = world.createGroup("Club", "supergroup", true);
            long first = world.userWrites(bot, anna, group, "hello");
            world.userWrites(
                    bot,
                    anna,
                    group,
                    IncomingMessage.text("/start now")
                            .inTopic(7)
                            .inReplyTo(first)
                            .writtenAt(Instant.ofEpochSecond(1_700_000_000)));

            JsonNode message = result(call("getUpdates", "{}")).get(1).get("message");
            assertThat(message.get("message_id").asLong()).isEqualTo(first + 1);
            assertThat(message.path("from").path("first_name").asText()).isEqualTo("Anna");
            assertThat(message.path("chat").path("type").asText()).isEqualTo("supergroup");
            assertThat(message.path("date").asLong()).isEqualTo(1_700_000_000);
            assertThat(message.path("message_thread_id").asInt()).isEqualTo(7);
            assertThat(message.path("reply_to_message").path("text").asText()).isEqualTo("hello");
            assertThat(message.path("entities").path(0).path("type").asText()).isEqualTo("bot_command");
            assertThat(message.path("entities").path(0).path("length").asInt()).isEqualTo(6);
        }

        @Test
        @DisplayName("of photos with captions, blocks, groups and business connections")
        void otherKinds() {
            world.userWrites(bot, anna, chat, IncomingMessage.photo("look"));
            world.userBlocks(bot, anna);
            String connection = world.profiles().connects(anna, bot, BusinessRights.ALL);
            SandboxUser customer = world.createUser("Customer");
            long id = world.profiles().contactWrites(anna, customer, "hi");
            world.profiles().deletes(anna, customer, List.of(id));

            JsonNode updates = result(call("getUpdates", "{}"));
            assertThat(updates.get(0).path("message").path("caption").asText()).isEqualTo("look");
            assertThat(updates.get(0).path("message").path("photo")).isNotEmpty();
            assertThat(updates.get(1)
                            .path("my_chat_member")
                            .path("new_chat_member")
                            .path("status")
                            .asText())
                    .isEqualTo("kicked");
            assertThat(updates.get(2).path("business_connection").path("id").asText())
                    .isEqualTo(connection);
            assertThat(updates.get(3)
                            .path("business_message")
                            .path("business_connection_id")
                            .asText())
                    .isEqualTo(connection);
            assertThat(updates.get(4)
                            .path("deleted_business_messages")
                            .path("message_ids")
                            .get(0)
                            .asLong())
                    .isEqualTo(id);
        }
    }

    @Nested
    @DisplayName("refuses with 409")
    class Conflicts {
        @Test
        @DisplayName("the older of two polls")
        void olderPoll() {
            CompletableFuture<HttpResponse<String>> older = callAsync("getUpdates", "{\"timeout\":50}");
            waitForPolls(1);
            CompletableFuture<HttpResponse<String>> newer = callAsync("getUpdates", "{\"timeout\":50}");

            assertThat(value(older).statusCode()).isEqualTo(409);
            assertThat(Json.parse(value(older).body()).path("description").asText())
                    .startsWith("Conflict: terminated by other getUpdates request");
            world.userWrites(bot, anna, chat, "hello");
            assertThat(texts(result(value(newer)))).containsExactly("hello");
        }

        @Test
        @DisplayName("polls while a webhook is set")
        void webhook() {
            assertThat(call("setWebhook", "{\"url\":\"https://example.org/hook\"}")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(call("getUpdates", "{}").statusCode()).isEqualTo(409);
            assertThat(result(call("getWebhookInfo", "{}")).path("url").asText())
                    .isEqualTo("https://example.org/hook");
            call("deleteWebhook", "{}");
            assertThat(call("getUpdates", "{}").statusCode()).isEqualTo(200);
        }
    }

    @Nested
    @DisplayName("takes messages")
    class Sending {
        @Test
        @DisplayName("and shows them in the chat, with typing before")
        void sends() {
            world.userWrites(bot, anna, chat, "hello");
            var answered = world.awaitBotMessages(bot, chat, 1);
            call("sendChatAction", "{\"chat_id\":" + chat.id() + ",\"action\":\"typing\"}");
            assertThat(world.isTyping(bot, chat)).isTrue();

            JsonNode sent = result(call("sendMessage", "{\"chat_id\":" + chat.id() + ",\"text\":\"hi Anna\"}"));

            assertThat(sent.path("from").path("is_bot").asBoolean()).isTrue();
            assertThat(value(answered)).extracting(TranscriptEntry::text).containsExactly("hi Anna");
            assertThat(world.isTyping(bot, chat)).isFalse();
            assertThat(world.transcript(bot, chat))
                    .extracting(TranscriptEntry::text)
                    .containsExactly("hello", "hi Anna");
        }

        @Test
        @DisplayName("as a form, in the query, and by a method in any case")
        void otherForms() throws Exception {
            world.userWrites(bot, anna, chat, "hello");
            URI byQuery = URI.create(uri(bot.token().reveal(), "SENDMESSAGE") + "?chat_id=" + chat.id() + "&text="
                    + URLEncoder.encode("by query", StandardCharsets.UTF_8));
            assertThat(http.send(HttpRequest.newBuilder(byQuery).build(), HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
            var form = HttpRequest.newBuilder(uri(bot.token().reveal(), "sendmessage"))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString("chat_id=" + chat.id() + "&text=by+form"))
                    .build();
            assertThat(http.send(form, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
            assertThat(world.transcript(bot, chat))
                    .extracting(TranscriptEntry::text)
                    .containsExactly("hello", "by query", "by form");
        }

        @ParameterizedTest(name = "{1}")
        @CsvSource(
                delimiter = '|',
                value = {
                    "{'chat_id':CHAT,'text':' '}               | Bad Request: message text is empty",
                    "{'chat_id':CHAT,'text':'LONG'}            | Bad Request: message is too long",
                    "{'chat_id':99,'text':'x'}                 | Bad Request: chat not found",
                    "{'text':'x'}                              | Bad Request: chat_id is empty",
                    "{'chat_id':CHAT,'text':'x','message_thread_id':1} | Bad Request: message thread not found",
                    "{'chat_id':CHAT,'text':'x','reply_parameters':{'message_id':77}} | Bad Request: message to be replied not found",
                    "{'chat_id':CHAT,'text':'x','business_connection_id':'no'} | Bad Request: business connection not found",
                    "not json                                  | Bad Request: can't parse JSON object"
                })
        @DisplayName("unless they are wrong")
        void refusals(String body, String description) {
            world.userWrites(bot, anna, chat, "hello");
            String json = body.replace('\'', '"')
                    .replace("CHAT", Long.toString(chat.id()))
                    .replace("LONG", "x".repeat(4097));
            HttpResponse<String> response = call("sendMessage", json);
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(Json.parse(response.body()).path("description").asText()).isEqualTo(description);
        }

        @Test
        @DisplayName("unless the person blocked the bot or never wrote to it")
        void forbidden() {
            String body = "{\"chat_id\":" + chat.id() + ",\"text\":\"x\"}";
            assertThat(call("sendMessage", body).body()).contains("403").contains("can't initiate conversation");
            world.userWrites(bot, anna, chat, "hello");
            world.userBlocks(bot, anna);
            assertThat(call("sendMessage", body).body()).contains("403").contains("blocked by the user");
        }

        @Test
        @DisplayName("and edits, though not when nothing changes")
        void edits() {
            world.userWrites(bot, anna, chat, "hello");
            long id = result(call("sendMessage", "{\"chat_id\":" + chat.id() + ",\"text\":\"a\"}"))
                    .path("message_id")
                    .asLong();
            String edit = "{\"chat_id\":" + chat.id() + ",\"message_id\":" + id + ",\"text\":\"b\"}";
            assertThat(call("editMessageText", edit).statusCode()).isEqualTo(200);
            assertThat(call("editMessageText", edit).body()).contains("message is not modified");
            assertThat(world.transcript(bot, chat).getLast().text()).isEqualTo("b");
        }
    }

    @Nested
    @DisplayName("knows its bots by their tokens")
    class Tokens {
        @Test
        @DisplayName("and says who they are")
        void getMe() {
            JsonNode me = result(call("getMe", ""));
            assertThat(me.path("id").asLong()).isEqualTo(bot.id());
            assertThat(me.path("username").asText()).isEqualTo("echo_bot");
            assertThat(me.path("is_bot").asBoolean()).isTrue();
        }

        @Test
        @DisplayName("and answers 401 for a revoked one, also to the poll that waits")
        void revoked() {
            CompletableFuture<HttpResponse<String>> poll = callAsync("getUpdates", "{\"timeout\":50}");
            waitForPolls(1);
            world.revoke(bot);
            assertThat(value(poll).statusCode()).isEqualTo(401);
            assertThat(call("getMe", "").body())
                    .isEqualTo("{\"ok\":false,\"error_code\":401,\"description\":\"Unauthorized\"}");
        }

        @Test
        @DisplayName("and answers 404 for what is no token or no method")
        void notFound() {
            assertThat(value(send("nonsense", "getMe", "")).statusCode()).isEqualTo(404);
            assertThat(call("getNothing", "").statusCode()).isEqualTo(404);
        }

        @Test
        @DisplayName("which are the same after a restart")
        void stable() {
            BotApiServer other = sandbox.botApiForAnyRequests();
            assertThat(other.world().createBot("echo_bot").token()).isEqualTo(bot.token());
            value(other.stop());
        }
    }

    @Nested
    @DisplayName("goes wrong when told to")
    class Faults {
        @Test
        @DisplayName("with a flood wait, as often as told, for that bot only")
        void floodWait() {
            world.userWrites(bot, anna, chat, "hello");
            server.faults().next(1, "sendMessage", bot, Fault.floodWait(7));
            String body = "{\"chat_id\":" + chat.id() + ",\"text\":\"x\"}";

            HttpResponse<String> refused = call("sendMessage", body);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).contains("7");
            assertThat(Json.parse(refused.body())
                            .path("parameters")
                            .path("retry_after")
                            .asInt())
                    .isEqualTo(7);
            assertThat(call("sendMessage", body).statusCode()).isEqualTo(200);
        }

        @Test
        @DisplayName("with a new chat id for a migrated group")
        void migration() {
            server.faults().next(1, "sendMessage", Fault.migrated(-100123L));
            HttpResponse<String> refused = call("sendMessage", "{\"chat_id\":1,\"text\":\"x\"}");
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(Json.parse(refused.body())
                            .path("parameters")
                            .path("migrate_to_chat_id")
                            .asLong())
                    .isEqualTo(-100123L);
        }

        @Test
        @DisplayName("by breaking the connection before it did anything, or after")
        void cuts() {
            world.userWrites(bot, anna, chat, "hello");
            server.faults().next(1, "sendMessage", Fault.cutBefore());
            server.faults().next(1, "sendMessage", Fault.cutAfter());

            String body = "{\"chat_id\":" + chat.id() + ",\"text\":\"lost\"}";
            assertThat(catchThrowable(() -> callAsync("sendMessage", body).join()))
                    .hasRootCauseInstanceOf(IOException.class);
            assertThat(world.transcript(bot, chat)).hasSize(1);
            assertThat(catchThrowable(() -> callAsync("sendMessage", body).join()))
                    .hasRootCauseInstanceOf(IOException.class);
            assertThat(world.transcript(bot, chat)).hasSize(2);
            assertThat(server.requests().count("sendMessage")).isEqualTo(2);
        }

        @Test
        @DisplayName("by answering late, at once with nothing, or with anything")
        void others() {
            server.faults().next(1, "getMe", Fault.delay(Duration.ofMillis(200)));
            long before = System.nanoTime();
            assertThat(call("getMe", "").statusCode()).isEqualTo(200);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(200));

            server.faults().next(1, "getUpdates", Fault.emptyAtOnce());
            assertThat(result(call("getUpdates", "{\"timeout\":50}"))).isEmpty();

            server.faults().next(1, "getMe", Fault.htmlPage(502));
            assertThat(call("getMe", "").body()).contains("<html>");
            assertThat(server.requests().requests("getme")).hasSize(2);
        }

        @Test
        @DisplayName("with garbage among the updates, which an offset confirms like any other")
        void garbage() {
            world.injectUpdate(bot, id -> "\"garbage\"");
            world.userWrites(bot, anna, chat, "fine");
            JsonNode updates = result(call("getUpdates", "{}"));
            assertThat(updates.get(0).asText()).isEqualTo("garbage");
            long id = updates.get(1).path("update_id").asLong();
            assertThat(texts(result(call("getUpdates", "{\"offset\":" + id + "}"))))
                    .containsExactly("fine");
        }
    }

    private void waitForPolls(long count) {
        // The request is logged just before it is held; a second one through the same server comes after it.
        Eventually.until("polls arrive", () -> server.requests().count("getUpdates") >= count && isHeld());
    }

    private boolean isHeld() {
        BotAccount account = world.account(bot.id());
        return account != null && account.updates().isHeld();
    }

    private HttpResponse<String> call(String method, String json) {
        return value(callAsync(method, json));
    }

    private CompletableFuture<HttpResponse<String>> callAsync(String method, String json) {
        return send(bot.token().reveal(), method, json);
    }

    private CompletableFuture<HttpResponse<String>> send(String token, String method, String json) {
        var request = HttpRequest.newBuilder(uri(token, method));
        var whole = json.isEmpty()
                ? request.GET()
                : request.header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(json));
        return http.sendAsync(whole.build(), HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String token, String method) {
        return URI.create(server.url() + "/bot" + token + "/" + method);
    }

    private static JsonNode result(HttpResponse<String> response) {
        JsonNode body = Json.parse(response.body());
        assertThat(body.path("ok").asBoolean()).as(response.body()).isTrue();
        return body.path("result");
    }

    private static List<String> texts(JsonNode updates) {
        return StreamSupport.stream(updates.spliterator(), false)
                .map(update -> update.path("message").path("text").asText())
                .toList();
    }
}
