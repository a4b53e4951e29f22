package io.vibee.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.http.Api.Answer;
import io.vibee.http.Api.Someone;
import io.vibee.persistence.telegram.ManagedBotRow;
import io.vibee.protocol.chat.ChatMode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A bot that its owner made through the operator's bot")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("database")
class ManagedBotsApiTest {

    private static final String FIRST = "a".repeat(35);
    private static final String SECOND = "b".repeat(35);

    private final Api api = Api.start();
    private int number = 100;

    @AfterEach
    void calm() {
        api.telegramAnswers(200);
        api.telegramResults.clear();
        api.telegramRefusals.clear();
        api.telegramHeard.clear();
    }

    @AfterAll
    void stop() {
        api.close();
    }

    private record Made(Someone ann, int botId, String path) {}

    /** A bot that is connected by its token. */
    private Made connected() {
        Someone ann = api.register("user-" + number++);
        int bot = number++;
        String id = api.post(ann, "/api/v1/sessions/connect", """
                {"bot_token":"%d:%s","default_mode":"draft"}""".formatted(bot, FIRST))
                .json()
                .path("id")
                .asText();
        return new Made(ann, bot, "/api/v1/sessions/" + id);
    }

    private Made made() {
        Made made = connected();
        ManagedBotRow row = Api.await(
                api.managedBots.told(Api.OPERATOR.id(), number++, made.botId(), "twin_bot", ChatMode.DIGITAL_TWIN));
        Api.await(api.managedBots.give(row, made.ann().id()));
        return made;
    }

    private Answer put(Made made, String json) {
        return api.send(made.ann(), "PUT", made.path() + "/access", json);
    }

    private static void refused(Answer answer, int status, String problem) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.problem()).isEqualTo(problem);
    }

    @Test
    @DisplayName("gets another token, which its session has from then on and nobody is shown")
    void token() {
        Made made = made();
        api.telegramResults.put("replaceManagedBotToken", "\"" + made.botId() + ":" + SECOND + "\"");
        Answer replaced = api.post(made.ann(), made.path() + "/token/replace", null);

        assertThat(replaced.status()).as(replaced.body()).isEqualTo(200);
        assertThat(replaced.json()).isEqualTo(api.get(made.ann(), made.path()).json());
        assertThat(replaced.json().path("default_mode").asText()).isEqualTo("draft");
        assertThat(replaced.body()).doesNotContain(SECOND, FIRST);
        assertThat(api.telegramHeard.get("replaceManagedBotToken")).isEqualTo("{\"user_id\":" + made.botId() + "}");
        refused(
                api.post(made.ann(), "/api/v1/sessions/connect", """
                        {"bot_token":"%d:%s"}""".formatted(made.botId(), SECOND)),
                409,
                "already-connected");
    }

    @Test
    @DisplayName("shows who may write to it")
    void access() {
        Made made = made();
        api.telegramResults.put("getManagedBotAccessSettings", "{\"is_access_restricted\":false}");
        Answer open = api.get(made.ann(), made.path() + "/access");
        assertThat(open.status()).as(open.body()).isEqualTo(200);
        assertThat(open.body()).isEqualTo("{\"everyone\":true,\"user_ids\":[]}");

        api.telegramResults.put(
                "getManagedBotAccessSettings",
                "{\"is_access_restricted\":true,\"added_users\":[{\"id\":7,\"is_bot\":false,\"first_name\":\"Ann\"}]}");
        assertThat(api.get(made.ann(), made.path() + "/access").body())
                .isEqualTo("{\"everyone\":false,\"user_ids\":[7]}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"everyone":true} | {"everyone":true,"user_ids":[]} | "is_access_restricted":false}
            {"everyone":false,"user_ids":[]} | {"everyone":false,"user_ids":[]} | "is_access_restricted":true,"added_user_ids":[]}
            {"everyone":false,"user_ids":[7,8,7]} | {"everyone":false,"user_ids":[7,8]} | "is_access_restricted":true,"added_user_ids":[7,8]}
            """)
    @DisplayName("lets write whom its owner says")
    void setAccess(String body, String answered, String told) {
        Made made = made();
        api.telegramResults.put("setManagedBotAccessSettings", "true");
        Answer set = put(made, body);

        assertThat(set.status()).as(set.body()).isEqualTo(200);
        assertThat(set.body()).isEqualTo(answered);
        assertThat(api.telegramHeard.get("setManagedBotAccessSettings"))
                .isEqualTo("{\"user_id\":" + made.botId() + "," + told);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {} | /everyone
            {"everyone":"yes"} | /everyone
            {"everyone":false} | /user_ids
            {"everyone":true,"user_ids":[7]} | /user_ids
            {"everyone":false,"user_ids":[7,0]} | /user_ids/1
            {"everyone":false,"user_ids":[null]} | /user_ids/0
            {"everyone":false,"user_ids":["7"]} | /user_ids/0
            {"everyone":false,"user_ids":[1,2,3,4,5,6,7,8,9,10,11]} | /user_ids
            """)
    @DisplayName("is given no list that makes no sense, and Telegram is not asked")
    void badAccess(String body, String place) {
        Answer answer = put(made(), body);

        refused(answer, 400, "invalid-request");
        assertThat(answer.pointer()).isEqualTo(place);
        assertThat(api.telegramHeard).doesNotContainKey("setManagedBotAccessSettings");
    }

    @Test
    @DisplayName("is not opened to people whom Telegram does not know")
    void unknownPeople() {
        api.telegramRefusals.put("setManagedBotAccessSettings", 400);
        api.telegramResults.put("getManagedBotAccessSettings", "{\"is_access_restricted\":false}");
        Answer answer = put(made(), "{\"everyone\":false,\"user_ids\":[7]}");

        refused(answer, 400, "invalid-request");
        assertThat(answer.pointer()).isEqualTo("/user_ids");
    }

    @Test
    @DisplayName("that Telegram does not let the operator's bot manage any more is none")
    void gone() {
        Made made = made();
        api.telegramRefusals.put("setManagedBotAccessSettings", 400);
        api.telegramRefusals.put("getManagedBotAccessSettings", 400);
        api.telegramRefusals.put("replaceManagedBotToken", 403);

        refused(put(made, "{\"everyone\":true}"), 409, "session-not-managed");
        refused(put(made, "{\"everyone\":false,\"user_ids\":[7]}"), 409, "session-not-managed");
        refused(api.get(made.ann(), made.path() + "/access"), 409, "session-not-managed");
        refused(api.post(made.ann(), made.path() + "/token/replace", null), 409, "session-not-managed");
    }

    @Test
    @DisplayName("is not reached while Telegram is away, and says when to try again")
    void away() {
        Made made = made();
        api.telegramAnswers(429);
        Answer wait = api.get(made.ann(), made.path() + "/access");
        refused(wait, 503, "telegram-unavailable");
        assertThat(wait.header("Retry-After")).isEqualTo("7");
        api.telegramAnswers(502);
        refused(api.post(made.ann(), made.path() + "/token/replace", null), 503, "telegram-unavailable");
        refused(put(made, "{\"everyone\":true}"), 503, "telegram-unavailable");

        api.telegramAnswers(200);
        api.telegramResults.put("replaceManagedBotToken", "\"" + made.botId() + ":" + SECOND + "\"");
        api.telegramRefusals.put("getMe", 502);
        refused(api.post(made.ann(), made.path() + "/token/replace", null), 503, "telegram-unavailable");
        api.telegramRefusals.clear();
        assertThat(api.post(made.ann(), made.path() + "/token/replace", null).status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /access", "PUT /access", "POST /token/replace"})
    @DisplayName("is nobody else's, and a bot that was connected by its token is none")
    void others(String call) {
        String[] parts = call.split(" ");
        String body = parts[0].equals("PUT") ? "{\"everyone\":true}" : null;
        Made made = made();
        Made pasted = connected();

        refused(api.send(pasted.ann(), parts[0], made.path() + parts[1], body), 404, "not-found");
        refused(api.send(made.ann(), parts[0], "/api/v1/sessions/ses_none" + parts[1], body), 404, "not-found");
        refused(api.send(null, parts[0], made.path() + parts[1], body), 401, "unauthenticated");
        refused(api.send(pasted.ann(), parts[0], pasted.path() + parts[1], body), 409, "session-not-managed");
        refused(api.send(made.ann(), "DELETE", made.path() + parts[1], null), 405, "method-not-allowed");
        assertThat(api.telegramHeard.keySet()).containsExactly("getMe");
    }
}
