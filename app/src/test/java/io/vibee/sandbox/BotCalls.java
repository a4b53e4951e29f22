package io.vibee.sandbox;

import static io.vibee.journal.Eventually.value;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/** A bot that calls the simulated Bot API with JSON of a test's own. */
final class BotCalls implements AutoCloseable {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI url;
    private final SandboxBot bot;
    private long offset;

    BotCalls(BotApiServer server, SandboxBot bot) {
        this(server.url(), bot);
    }

    BotCalls(URI url, SandboxBot bot) {
        this.url = url;
        this.bot = bot;
    }

    /**
     * What the server answers.
     *
     * @param json may have single quotes
     */
    JsonNode answer(String method, String json) {
        var request = HttpRequest.newBuilder(
                        URI.create(url + "/bot" + bot.token().reveal() + "/" + method))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json.replace('\'', '"')))
                .build();
        return Json.parse(value(http.sendAsync(request, HttpResponse.BodyHandlers.ofString()))
                .body());
    }

    /** The result of a call that must succeed. */
    JsonNode result(String method, String json) {
        JsonNode answer = answer(method, json);
        assertThat(answer.path("ok").asBoolean()).as(answer.toString()).isTrue();
        return answer.path("result");
    }

    /** How a call is refused that must not succeed. */
    String refusal(String method, String json) {
        JsonNode answer = answer(method, json);
        assertThat(answer.path("ok").asBoolean()).as(answer.toString()).isFalse();
        return answer.path("error_code").asInt() + " "
                + answer.path("description").asText();
    }

    /** The updates since the last call. */
    List<JsonNode> updates() {
        List<JsonNode> updates = new ArrayList<>();
        result("getUpdates", "{'offset':" + offset + "}").forEach(updates::add);
        if (!updates.isEmpty()) {
            offset = updates.getLast().get("update_id").asLong() + 1;
        }
        return updates;
    }

    /** What the only update since the last call says; it must be of this kind. */
    JsonNode update(String kind) {
        List<JsonNode> updates = updates();
        assertThat(updates).hasSize(1);
        assertThat(updates.getFirst().has(kind)).as(updates.toString()).isTrue();
        return updates.getFirst().get(kind);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
