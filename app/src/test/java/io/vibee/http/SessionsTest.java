package io.vibee.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.http.Api.Answer;
import io.vibee.http.Api.Someone;
import io.vibee.persistence.session.SessionRow;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.session.SessionStatus;
import io.vibee.protocol.session.SessionView;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A session")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("database")
class SessionsTest {

    private static final String SECRET = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    private final Api api = Api.start();
    private int bots = 100;
    private int users = 0;

    @AfterEach
    void calm() {
        api.telegramAnswers(200);
        api.entities.refusal = null;
        api.entities.reachable = true;
    }

    @AfterAll
    void stop() {
        api.close();
    }

    private Someone someone() {
        return api.register("user-" + users++);
    }

    private Answer connect(Someone who, int bot) {
        return api.post(who, "/api/v1/sessions/connect", """
                {"bot_token":"%d:%s","default_mode":"digital_twin"}""".formatted(bot, SECRET));
    }

    private String connected(Someone who) {
        return connect(who, bots++).json().path("id").asText();
    }

    @Test
    @DisplayName("is connected with a webhook, then polled, and both are changed at once")
    void delivery() {
        Someone ann = someone();
        Answer answer = api.post(ann, "/api/v1/sessions/connect", """
                {"bot_token":"%d:%s","delivery":"webhook"}""".formatted(bots++, SECRET));
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.json().path("delivery").asText()).isEqualTo("webhook");

        String path = "/api/v1/sessions/" + answer.json().path("id").asText();
        Answer changed = api.send(ann, "PATCH", path, "{\"delivery\":\"polling\",\"default_mode\":\"observe\"}");
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.json().path("delivery").asText()).isEqualTo("polling");
        assertThat(changed.json().path("default_mode").asText()).isEqualTo("observe");
        assertThat(changed.json().path("review_new_contacts").isBoolean()).isTrue();
        assertThat(api.send(ann, "PATCH", path, "{\"review_new_contacts\":true}")
                        .json()
                        .path("review_new_contacts")
                        .booleanValue())
                .isTrue();

        assertThat(api.send(ann, "PATCH", path, "{\"delivery\":\"pigeon\"}").status())
                .isEqualTo(400);
        Answer nothing = api.send(ann, "PATCH", path, "{}");
        assertThat(nothing.status()).isEqualTo(400);
        assertThat(nothing.body()).contains("/default_mode", "/delivery", "/review_new_contacts");
    }

    @Test
    @DisplayName("is connected, found, listed, paused, resumed, changed and removed by its owner")
    void life() {
        Someone ann = someone();
        Answer created = connect(ann, bots++);
        String path = String.valueOf(created.header("Location"));
        String id = created.json().path("id").asText();

        assertThat(created.status()).isEqualTo(201);
        assertThat(path).isEqualTo("/api/v1/sessions/" + id);
        assertThat(created.json().path("default_mode").asText()).isEqualTo("digital_twin");
        assertThat(created.body()).doesNotContain(SECRET);
        assertThat(api.get(ann, path).json()).isEqualTo(created.json());
        assertThat(api.get(ann, "/api/v1/sessions").json().path("items").path(0))
                .isEqualTo(created.json());
        assertThat(api.post(ann, path + "/pause", null).json().path("status").asText())
                .isEqualTo("paused");
        assertThat(api.post(ann, path + "/resume", null).json().path("status").asText())
                .isEqualTo("polling");
        assertThat(api.send(ann, "PATCH", path, "{\"default_mode\":\"observe\"}")
                        .json()
                        .path("default_mode")
                        .asText())
                .isEqualTo("observe");
        assertThat(api.send(ann, "DELETE", path, null).status()).isEqualTo(204);
        assertThat(api.send(ann, "DELETE", path, null).status()).isEqualTo(404);
        assertThat(api.get(ann, path).status()).isEqualTo(404);
    }

    @Test
    @DisplayName("of somebody else is not there")
    void ownership() {
        String path = "/api/v1/sessions/" + connected(someone());
        Someone bob = someone();

        assertThat(api.get(bob, path).status()).isEqualTo(404);
        assertThat(api.post(bob, path + "/pause", null).status()).isEqualTo(404);
        assertThat(api.post(bob, path + "/resume", null).status()).isEqualTo(404);
        assertThat(api.send(bob, "PATCH", path, "{\"default_mode\":\"observe\"}")
                        .status())
                .isEqualTo(404);
        assertThat(api.send(bob, "DELETE", path, null).status()).isEqualTo(404);
        assertThat(api.get(bob, "/api/v1/sessions").json().path("items")).isEmpty();
    }

    @Test
    @DisplayName("is refused when the bot is connected already, by oneself or by somebody else")
    void twice() {
        Someone ann = someone();
        int bot = bots++;
        connect(ann, bot);

        assertThat(connect(ann, bot).problem()).isEqualTo("already-connected");
        assertThat(connect(someone(), bot).status()).isEqualTo(409);
    }

    @Test
    @DisplayName("that was revoked gets its new token under the same id")
    void revoked() {
        Someone ann = someone();
        int bot = bots++;
        String id = connect(ann, bot).json().path("id").asText();
        api.entities.status(id, SessionStatus.REVOKED);

        Answer again = connect(ann, bot);

        assertThat(again.status()).isEqualTo(201);
        assertThat(again.json().path("id").asText()).isEqualTo(id);
    }

    @ParameterizedTest
    @EnumSource(
            value = SessionStatus.class,
            names = {"POLLING", "PAUSED", "CONFLICT", "REVOKED"})
    @DisplayName("gets another token of its bot under the same id, and is refused the same one again")
    void renewed(SessionStatus status) {
        Someone ann = someone();
        int bot = bots++;
        String id = connect(ann, bot).json().path("id").asText();
        api.entities.status(id, status);
        String renewed = """
                {"bot_token":"%d:%s"}""".formatted(bot, "B".repeat(35));

        Answer again = api.post(ann, "/api/v1/sessions/connect", renewed);

        assertThat(again.status()).isEqualTo(201);
        assertThat(again.json().path("id").asText()).isEqualTo(id);
        assertThat(api.post(ann, "/api/v1/sessions/connect", renewed).problem()).isEqualTo("already-connected");
        assertThat(api.post(someone(), "/api/v1/sessions/connect", renewed).status())
                .isEqualTo(409);
    }

    @Test
    @DisplayName("is one of at most so many")
    void limit() {
        Someone ann = someone();
        connected(ann);
        connected(ann);

        Answer third = connect(ann, bots++);

        assertThat(third.status()).isEqualTo(409);
        assertThat(third.problem()).isEqualTo("session-limit");
    }

    @Test
    @DisplayName("is not made when Telegram refuses the token or can't be asked")
    void telegram() {
        Someone ann = someone();

        api.telegramAnswers(401);
        assertThat(connect(ann, bots).status()).isEqualTo(422);
        assertThat(connect(ann, bots).problem()).isEqualTo("bot-token-refused");
        api.telegramAnswers(429);
        assertThat(connect(ann, bots).status()).isEqualTo(503);
        assertThat(connect(ann, bots).header("Retry-After")).isEqualTo("7");
        api.telegramAnswers(502);
        assertThat(connect(ann, bots).problem()).isEqualTo("telegram-unavailable");
        assertThat(api.get(ann, "/api/v1/sessions").json().path("items")).isEmpty();
    }

    @Test
    @DisplayName("whose entity could not be reached is shown as connecting, and the next call completes it")
    void healed() {
        Someone ann = someone();
        int bot = bots++;
        api.entities.refusal = Refusal.UNAVAILABLE;
        assertThat(connect(ann, bot).status()).isEqualTo(503);
        api.entities.refusal = Refusal.SESSION_NOT_FOUND;
        JsonNode listed = api.get(ann, "/api/v1/sessions").json().path("items").path(0);
        assertThat(listed.path("status").asText()).isEqualTo("connecting");

        api.entities.refusal = null;
        Answer again = connect(ann, bot);

        assertThat(again.status()).isEqualTo(201);
        assertThat(again.json().path("id").asText()).isEqualTo(listed.path("id").asText());
        assertThat(Api.await(api.sessions.find(ann.id(), listed.path("id").asText())))
                .hasValueSatisfying(row -> {
                    assertThat(row.connected()).isTrue();
                    assertThat(row.token()).isNull();
                });
    }

    @Test
    @DisplayName("that was left behind half connected is completed without its owner")
    void swept() {
        Someone ann = someone();
        api.entities.refusal = Refusal.UNAVAILABLE;
        connect(ann, bots++);
        SessionRow row =
                Api.await(api.sessions.list(ann.id(), null, 10)).items().getFirst();
        assertThat(row.connected()).isFalse();
        api.entities.refusal = null;

        SessionView view = Api.await(api.connections.complete(row));

        assertThat(view.status()).isEqualTo(SessionStatus.POLLING);
        assertThat(api.get(ann, "/api/v1/sessions/" + row.id()).status()).isEqualTo(200);
        assertThat(Api.await(api.sessions.find(ann.id(), row.id())))
                .hasValueSatisfying(found -> assertThat(found.connected()).isTrue());
    }

    @Test
    @DisplayName("that was revoked can't be resumed")
    void resume() {
        Someone ann = someone();
        String path = "/api/v1/sessions/" + connected(ann);
        api.entities.refusal = Refusal.TOKEN_REVOKED;

        Answer answer = api.post(ann, path + "/resume", null);

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.problem()).isEqualTo("session-revoked");
    }

    @Test
    @DisplayName("is listed in pages")
    void pages() {
        Someone ann = someone();
        String first = connected(ann);
        String second = connected(ann);

        JsonNode newest = api.get(ann, "/api/v1/sessions?limit=1").json();
        JsonNode oldest = api.get(
                        ann,
                        "/api/v1/sessions?limit=1&cursor="
                                + newest.path("next_cursor").asText())
                .json();

        assertThat(newest.path("items").path(0).path("id").asText()).isEqualTo(second);
        assertThat(oldest.path("items").path(0).path("id").asText()).isEqualTo(first);
        assertThat(oldest.path("next_cursor").isNull()).isTrue();
    }
}
