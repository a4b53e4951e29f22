package io.vibee.sandbox;

import static io.vibee.journal.Eventually.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The simulated model")
@Tag("actors")
class ModelServerTest {
    private static SandboxSystem sandbox;
    private static HttpClient http;

    private ModelServer server;

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
        server = value(ModelServer.start(sandbox.system(), 0));
    }

    @AfterEach
    void stopServer() {
        value(server.stop());
    }

    @Test
    @DisplayName("answers the last user message and counts tokens")
    void answers() {
        JsonNode body =
                Json.parse(complete(prompt("Do you like gardening?", "")).body());
        JsonNode choice = body.path("choices").path(0);
        assertThat(choice.path("message").path("role").asText()).isEqualTo("assistant");
        assertThat(choice.path("message").path("content").asText()).contains("gardening");
        assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
        assertThat(body.path("usage").path("prompt_tokens").asInt()).isPositive();
        assertThat(body.path("usage").path("total_tokens").asInt())
                .isEqualTo(body.path("usage").path("prompt_tokens").asInt()
                        + body.path("usage").path("completion_tokens").asInt());
        assertThat(server.requests().count(ModelServer.COMPLETIONS)).isEqualTo(1);
        assertThat(server.requests()
                        .requests(ModelServer.COMPLETIONS)
                        .getFirst()
                        .params()
                        .path("model")
                        .asText())
                .isEqualTo("small");
    }

    @Test
    @DisplayName("streams the same answer piece by piece")
    void streams() {
        String whole = Json.parse(complete(prompt("Do you like gardening?", "")).body())
                .path("choices")
                .path(0)
                .path("message")
                .path("content")
                .asText();
        HttpResponse<String> streamed = complete(
                prompt("Do you like gardening?", ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));

        assertThat(streamed.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
        List<String> events = streamed.body()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring(6))
                .toList();
        assertThat(events.getLast()).isEqualTo("[DONE]");
        var text = new StringBuilder();
        events.stream()
                .filter(event -> event.startsWith("{"))
                .forEach(event -> text.append(Json.parse(event)
                        .path("choices")
                        .path(0)
                        .path("delta")
                        .path("content")
                        .asText("")));
        assertThat(text).hasToString(whole);
        assertThat(Json.parse(events.get(events.size() - 2))
                        .path("usage")
                        .path("completion_tokens")
                        .asInt())
                .isPositive();
    }

    @Test
    @DisplayName("repeats the whole prompt when asked to")
    void echo() {
        server.echo(true);
        assertThat(Json.parse(complete(prompt("hello", "")).body())
                        .path("choices")
                        .path(0)
                        .path("message")
                        .path("content")
                        .asText())
                .isEqualTo("system: Be kind.\nuser: hello");
    }

    @Test
    @DisplayName("takes its time when told to")
    void latency() {
        server.latency(Duration.ofMillis(200));
        long before = System.nanoTime();
        complete(prompt("hello", ""));
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }

    @Test
    @DisplayName("asks for a key, a model and messages")
    void refusals() {
        assertThat(value(send("/chat/completions", prompt("hello", ""), "")).statusCode())
                .isEqualTo(401);
        assertThat(complete("{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(complete("{\"model\":\"small\",\"messages\":[]}").statusCode())
                .isEqualTo(400);
        assertThat(complete("not json").statusCode()).isEqualTo(400);
        assertThat(value(send("/nothing", "{}", "Bearer key")).statusCode()).isEqualTo(404);
    }

    @Test
    @DisplayName("lists itself")
    void models() throws Exception {
        var request = HttpRequest.newBuilder(URI.create(server.url() + "/models"))
                .header("Authorization", "Bearer key")
                .build();
        assertThat(Json.parse(http.send(request, HttpResponse.BodyHandlers.ofString())
                                .body())
                        .path("data"))
                .hasSize(1);
    }

    @Test
    @DisplayName("goes wrong when told to")
    void faults() {
        server.faults().next(1, ModelServer.COMPLETIONS, Fault.floodWait(3));
        HttpResponse<String> limited = complete(prompt("hello", ""));
        assertThat(limited.statusCode()).isEqualTo(429);
        assertThat(limited.headers().firstValue("Retry-After")).contains("3");

        server.faults().next(1, ModelServer.COMPLETIONS, Fault.serverError(500));
        assertThat(complete(prompt("hello", "")).statusCode()).isEqualTo(500);

        server.faults().next(1, ModelServer.COMPLETIONS, Fault.raw(200, "application/json", "{{{"));
        assertThat(complete(prompt("hello", "")).body()).isEqualTo("{{{");

        server.faults().next(1, ModelServer.COMPLETIONS, Fault.cutAfter());
        assertThat(catchThrowable(() -> send("/chat/completions", prompt("hello", ""), "Bearer key")
                        .join()))
                .hasRootCauseInstanceOf(IOException.class);

        assertThat(complete(prompt("hello", "")).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "hello                                   | Hi!",
                "Hey, how are you?                       | doing well",
                "thanks a lot                            | welcome",
                "I bought a bicycle yesterday            | bicycle",
                "Is the mountain far away?               | mountain",
                "Привет                                  | Привет",
                "Как дела?                               | хорошо",
                "Купил вчера велосипед                   | велосипед",
                "Где находится библиотека?               | библиотека",
                "😀                                      | I see",
                "\"<script>alert(1)</script>\"           | script"
            })
    @DisplayName("talks sensibly, always in the language of the message:")
    void smallTalk(String message, String expected) {
        String answer = SmallTalk.answerTo(message);
        assertThat(answer).contains(expected).isEqualTo(SmallTalk.answerTo(message));
        assertThat(answer.length()).isLessThan(200);
    }

    @Test
    @DisplayName("quotes even a very long message shortly")
    void longMessage() {
        assertThat(SmallTalk.answerTo("😀x".repeat(2000)).length()).isLessThan(200);
    }

    private static String prompt(String text, String more) {
        return "{\"model\":\"small\",\"messages\":[{\"role\":\"system\",\"content\":\"Be kind.\"},"
                + "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"" + text + "\"}]}]" + more + "}";
    }

    private HttpResponse<String> complete(String body) {
        return value(send("/chat/completions", body, "Bearer key"));
    }

    private CompletableFuture<HttpResponse<String>> send(String path, String body, String authorization) {
        var request =
                HttpRequest.newBuilder(URI.create(server.url() + path)).header("Content-Type", "application/json");
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return http.sendAsync(
                request.POST(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
    }
}
