package io.vibee.sandbox;

import static io.vibee.journal.Eventually.value;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.journal.Eventually;
import io.vibee.telegram.SendRequest;
import io.vibee.telegram.TelegramClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("The sandbox")
@Tag("actors")
class SandboxTest {
    private static SandboxSystem actors;
    private static HttpClient http;

    private Sandbox sandbox;

    @BeforeAll
    static void startSystem() {
        actors = new SandboxSystem();
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterAll
    static void stopSystem() {
        http.shutdownNow();
        actors.close();
    }

    @BeforeEach
    void start() {
        sandbox = value(Sandbox.start(actors.system(), 0));
    }

    @AfterEach
    void stop() {
        value(sandbox.stop());
    }

    @Test
    @DisplayName("carries a visitor's message to the bot and its answer back to the page that waits")
    void conversation() {
        JsonNode opened = Json.parse(value(page(chat() + "?after=-1")).body());
        CompletableFuture<HttpResponse<String>> waiting =
                page(chat() + "?after=" + opened.path("version").asLong());
        assertThat(value(post(
                                chat() + "/messages",
                                "{\"user\":" + sandbox.user().id() + ",\"text\":\"<b>hi</b>\"}"))
                        .statusCode())
                .isEqualTo(201);
        JsonNode news = Json.parse(value(waiting).body());
        assertThat(news.path("messages").path(0).path("text").asText()).isEqualTo("<b>hi</b>");

        try (var client = new TelegramClient(
                sandbox.telegramUrl(), Eventually.PATIENCE, Eventually.PATIENCE, Eventually.PATIENCE)) {
            var updates = value(client.getUpdates(sandbox.bot().token(), 0, Duration.ZERO));
            assertThat(updates.getLast().problem()).isNull();
            value(client.sendTyping(sandbox.bot().token(), sandbox.user().id(), null, null));
            JsonNode typing = Json.parse(
                    value(page(chat() + "?after=" + news.path("version").asLong()))
                            .body());
            assertThat(typing.path("typing").asBoolean()).isTrue();
            assertThat(typing.path("listening").asBoolean()).isTrue();
            value(client.sendMessage(
                    sandbox.bot().token(), SendRequest.toChat(sandbox.user().id(), "hello")));
            JsonNode answer = Json.parse(
                    value(page(chat() + "?after=" + typing.path("version").asLong()))
                            .body());
            assertThat(answer.path("messages").path(0).path("text").asText()).isEqualTo("hello");
            assertThat(answer.path("messages").path(0).path("from_bot").asBoolean())
                    .isTrue();
            assertThat(answer.path("typing").asBoolean()).isFalse();
        }
    }

    @Test
    @DisplayName("has a page whose script and style are files of its own, and no other source is allowed")
    void page() {
        HttpResponse<String> html = value(page(""));
        assertThat(html.headers().firstValue("Content-Type").orElse("")).isEqualTo("text/html; charset=UTF-8");
        assertThat(html.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'")
                .doesNotContain("unsafe");
        assertThat(html.body())
                .contains("sandbox.js", "sandbox.css")
                .doesNotContain("<style", "onclick", "http://", "https://");
        assertThat(value(page("sandbox.js")).body()).contains("textContent").doesNotContain("innerHTML");
        assertThat(value(page("sandbox.css")).statusCode()).isEqualTo(200);
        assertThat(value(page("nothing")).statusCode()).isEqualTo(404);
    }

    @Test
    @DisplayName("has one bot, some people and a group ready, and the same ones after a restart")
    void ready() {
        JsonNode state = Json.parse(value(page("sandbox/api/state")).body());
        assertThat(state.path("bots").path(0).path("username").asText()).isEqualTo("vibee_sandbox_bot");
        assertThat(state.path("people")).hasSize(3);
        assertThat(state.path("groups")).hasSize(1);
        Sandbox again = value(Sandbox.start(actors.system(), 0));
        assertThat(again.bot()).isEqualTo(sandbox.bot());
        assertThat(again.user()).isEqualTo(sandbox.user());
        value(again.stop());
    }

    @Test
    @DisplayName("makes more bots and people for whoever drives it from outside")
    void more() {
        JsonNode bot = Json.parse(
                value(post("sandbox/api/bots", "{\"username\":\"second_bot\"}")).body());
        JsonNode person = Json.parse(value(post("sandbox/api/people", "{\"name\":\"Dora\",\"language\":\"en\"}"))
                .body());
        String theirs = "sandbox/api/bots/" + bot.path("id").asLong() + "/chats/"
                + person.path("id").asLong();
        assertThat(value(post(
                                theirs + "/messages",
                                "{\"user\":" + person.path("id").asLong() + ",\"text\":\"hi\"}"))
                        .statusCode())
                .isEqualTo(201);
        assertThat(bot.path("token").asText()).contains(":");
    }

    @Test
    @DisplayName("has a visitor connect the bot to a person's profile, and write as that person or as a contact")
    void profile() {
        long anna = sandbox.user().id();
        long boris = anna + 1;
        String profile = "sandbox/api/people/" + anna + "/profile";
        String chat = "sandbox/api/people/" + anna + "/contacts/" + boris;
        JsonNode connected = ok("PUT", profile, "{\"bot\":" + sandbox.bot().id() + ",\"can_read_messages\":false}");
        assertThat(connected.path("can_reply").asBoolean()).isTrue();
        assertThat(connected.path("can_read_messages").asBoolean(true)).isFalse();
        assertThat(ok("GET", profile, "")).isEqualTo(connected);

        long asked = ok("POST", chat + "/messages", "{\"user\":" + boris + ",\"text\":\"hi\"}")
                .path("message_id")
                .asLong();
        ok("POST", chat + "/messages", "{\"user\":" + anna + ",\"text\":\"away\",\"automatic\":true}");
        ok("PUT", chat + "/messages/" + asked, "{\"text\":\"hello\"}");
        ok("DELETE", chat + "/messages/" + asked, "");
        JsonNode messages = ok("GET", chat + "?after=-1", "").path("messages");
        assertThat(messages.path(0).path("text").asText()).isEqualTo("hello");
        assertThat(messages.path(0).path("deleted").asBoolean()).isTrue();
        assertThat(messages.path(1).path("automatic").asBoolean()).isTrue();
        try (var bot = new BotCalls(sandbox.telegramUrl(), sandbox.bot())) {
            assertThat(bot.updates())
                    .extracting(update -> update.properties().stream()
                            .map(Map.Entry::getKey)
                            .filter(name -> !name.equals("update_id"))
                            .findFirst()
                            .orElse(""))
                    .containsSubsequence(
                            "business_connection",
                            "business_message",
                            "business_message",
                            "edited_business_message",
                            "deleted_business_messages");
        }

        assertThat(status("POST", chat + "/messages", "{\"user\":1,\"text\":\"x\"}"))
                .isEqualTo(400);
        assertThat(status("POST", chat + "/messages", "{\"user\":" + boris + ",\"text\":\"x\",\"automatic\":true}"))
                .isEqualTo(400);
        assertThat(status("DELETE", chat + "/messages/" + asked, "")).isEqualTo(404);
        assertThat(ok("DELETE", profile, "").path("bot").isNull()).isTrue();
        assertThat(status("DELETE", profile, "")).isEqualTo(409);
        assertThat(status("GET", "sandbox/api/people/1/profile", "")).isEqualTo(404);
    }

    @Test
    @DisplayName("shows the bot's buttons, and tells who presses one what the bot says")
    void buttons() {
        long anna = sandbox.user().id();
        ok("POST", chat() + "/messages", "{\"user\":" + anna + ",\"text\":\"hi\"}");
        try (var bot = new BotCalls(sandbox.telegramUrl(), sandbox.bot())) {
            long id = bot.result(
                            "sendMessage",
                            "{'chat_id':" + anna
                                    + ",'text':'?','reply_markup':{'inline_keyboard':[[{'text':'Yes','callback_data':'y'}]]}}")
                    .path("message_id")
                    .asLong();
            bot.updates();
            JsonNode shown =
                    ok("GET", chat() + "?after=-1", "").path("messages").path(1);
            assertThat(shown.path("buttons").path(0).path(0).path("data").asText())
                    .isEqualTo("y");
            var pressed = send("POST", chat() + "/presses", press(anna, id, "y"));
            List<JsonNode> updates = Eventually.gives(() -> {
                List<JsonNode> some = bot.updates();
                assertThat(some).isNotEmpty();
                return some;
            });
            bot.result(
                    "answerCallbackQuery",
                    "{'callback_query_id':'"
                            + updates.getFirst()
                                    .path("callback_query")
                                    .path("id")
                                    .asText() + "','text':'Thanks'}");
            assertThat(Json.parse(value(pressed).body()).path("text").asText()).isEqualTo("Thanks");
            assertThat(status("POST", chat() + "/presses", press(anna, id, "n")))
                    .isEqualTo(400);
        }
    }

    private static String press(long user, long message, String data) {
        return "{\"user\":" + user + ",\"message_id\":" + message + ",\"data\":\"" + data + "\"}";
    }

    @Test
    @DisplayName("refuses what makes no sense, and what another site's form could send")
    void refusals() {
        long user = sandbox.user().id();
        assertThat(value(post(chat() + "/messages", "{\"user\":" + user + ",\"text\":\" \"}"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(value(post(chat() + "/messages", "{\"user\":1,\"text\":\"x\"}"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(value(post(chat() + "/messages", "nonsense")).statusCode()).isEqualTo(400);
        assertThat(value(post("sandbox/api/bots/1/chats/2/messages", "{}")).statusCode())
                .isEqualTo(404);
        var form = HttpRequest.newBuilder(sandbox.pageUrl().resolve(chat() + "/messages"))
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{\"user\":" + user + ",\"text\":\"x\"}"))
                .build();
        assertThat(value(http.sendAsync(form, HttpResponse.BodyHandlers.ofString()))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    @DisplayName("serves the model on the same port")
    void model() {
        var request = HttpRequest.newBuilder(URI.create(sandbox.modelUrl() + "/chat/completions"))
                .header("Authorization", "Bearer any")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}"))
                .build();
        assertThat(value(http.sendAsync(request, HttpResponse.BodyHandlers.ofString()))
                        .body())
                .contains("Good to hear from you");
    }

    @Test
    @DisplayName("breaks the connections that are open when it stops")
    void stops() throws Exception {
        var waiting = page(chat() + "?after=1000000");
        assertThat(value(page("sandbox/api/state")).statusCode()).isEqualTo(200);
        value(sandbox.stop());
        assertThat(waiting.handle((answer, failure) -> failure).get(10, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(IOException.class);
        sandbox = value(Sandbox.start(actors.system(), sandbox.pageUrl().getPort()));
        assertThat(value(page("")).statusCode()).isEqualTo(200);
    }

    private String chat() {
        return "sandbox/api/bots/" + sandbox.bot().id() + "/chats/"
                + sandbox.user().id();
    }

    private JsonNode ok(String method, String path, String json) {
        HttpResponse<String> response = value(send(method, path, json));
        assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
        return Json.parse(response.body());
    }

    private int status(String method, String path, String json) {
        return value(send(method, path, json)).statusCode();
    }

    private CompletableFuture<HttpResponse<String>> send(String method, String path, String json) {
        var request = HttpRequest.newBuilder(sandbox.pageUrl().resolve(path))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(json))
                .build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    private CompletableFuture<HttpResponse<String>> page(String path) {
        var request = HttpRequest.newBuilder(sandbox.pageUrl().resolve(path)).build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    private CompletableFuture<HttpResponse<String>> post(String path, String json) {
        var request = HttpRequest.newBuilder(sandbox.pageUrl().resolve(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }
}
