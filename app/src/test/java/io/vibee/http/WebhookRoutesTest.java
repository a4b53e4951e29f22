package io.vibee.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.session.Bot;
import io.vibee.protocol.session.SessionCommand.Acceptance;
import io.vibee.session.WebhookSecrets;
import io.vibee.session.Webhooks;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("What Telegram posts")
@Tag("database")
class WebhookRoutesTest {

    private static final String PATH = "/telegram/ses_1/7/bobs_bot";
    private static final String SECRET =
            WebhookSecrets.of(Api.WEBHOOKS, new Webhooks.Address("ses_1", new Bot(7, "bobs_bot")));
    private static final String UPDATE = """
            {"update_id":5,"message":{"message_id":1,"date":1700000000,"text":"hello",
             "chat":{"id":42,"type":"private","first_name":"Ann"},
             "from":{"id":42,"is_bot":false,"first_name":"Ann"}}}""";

    private static Api api;

    @BeforeAll
    static void start() {
        api = Api.start();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @BeforeEach
    void nothingTaken() {
        api.entities.taken.clear();
        api.entities.acceptances.clear();
    }

    private static Api.Answer post(Api to, String path, String secret, String json) {
        return to.send(null, "POST", path, json, "X-Telegram-Bot-Api-Secret-Token", secret);
    }

    private static Api.Answer post(String json) {
        return post(api, PATH, SECRET, json);
    }

    @Test
    @DisplayName("is brought to its session, and answered when that has kept it")
    void kept() {
        Api.Answer answer = post(UPDATE);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().isEmpty()).isTrue();
        assertThat(api.entities.taken).singleElement().asString().startsWith("ses_1 Message[telegramMessageId=1");
    }

    @Test
    @DisplayName("is brought again while its session begins")
    void later() {
        api.entities.acceptances.add(Acceptance.LATER);
        api.entities.acceptances.add(Acceptance.LATER);
        assertThat(post(UPDATE).status()).isEqualTo(200);
        assertThat(api.entities.taken).hasSize(3);
    }

    @Test
    @DisplayName("is to come again when the session takes nothing now")
    void notWanted() {
        api.entities.acceptances.add(Acceptance.NOT_WANTED);
        Api.Answer answer = post(UPDATE);
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isNotNull();
    }

    @Test
    @DisplayName("is answered with the end of the webhook when there is no such session any more")
    void noSession() {
        api.entities.acceptances.add(Acceptance.NO_SESSION);
        Api.Answer answer = post(UPDATE);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("method").asText()).isEqualTo("deleteWebhook");
    }

    @Test
    @DisplayName("is confirmed when nobody can make anything of it, or no chat is concerned")
    void unreadable() {
        assertThat(post("{\"update_id\":6,\"message\":{\"text\":\"no chat\"}}").status())
                .isEqualTo(200);
        assertThat(post("{\"update_id\":7,\"poll\":{}}").status()).isEqualTo(200);
        assertThat(api.entities.taken).isEmpty();
    }

    @Nested
    @DisplayName("is refused")
    class Refused {

        @ParameterizedTest
        @ValueSource(strings = {"", "wrong", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
        @DisplayName("without the address's secret, with the same words for every session")
        void secret(String secret) {
            Api.Answer answer = post(api, PATH, secret, UPDATE);
            assertThat(answer.status()).isEqualTo(401);
            assertThat(post(api, "/telegram/ses_nobody/7/bobs_bot", SECRET, UPDATE)
                            .body())
                    .isEqualTo(answer.body().replace(PATH, "/telegram/ses_nobody/7/bobs_bot"));
            assertThat(api.entities.taken).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/telegram/ses_1/7/eves_bot",
                    "/telegram/ses_1/8/bobs_bot",
                    "/telegram/ses_2/7/bobs_bot",
                    "/telegram/ses_1/7"
                })
        @DisplayName("with the secret of another address")
        void otherAddress(String path) {
            assertThat(post(api, path, SECRET, UPDATE).status()).isEqualTo(401);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"", "[]", "{}", "{\"update_id\":\"5\"}", "{\"update_id\":-1}", "hello", "{\"update_id\":5"})
        @DisplayName("when it is no update")
        void malformed(String body) {
            Api.Answer answer = post(body);
            // An update that breaks off after its id is one that can't be read.
            assertThat(answer.status()).isEqualTo(body.endsWith("5") ? 200 : 400);
            assertThat(api.entities.taken).isEmpty();
        }

        @Test
        @DisplayName("when it is larger than any update")
        void tooLarge() {
            String large = "{\"update_id\":5,\"x\":\"" + "x".repeat(1_100_000) + "\"}";
            Api.Answer refused = post(large);
            assertThat(refused.status()).isEqualTo(413);
            assertThat(refused.body()).contains("larger than 1048576 bytes");
            String allowed = "{\"update_id\":5,\"x\":\"" + "x".repeat(900_000) + "\"}";
            assertThat(post(allowed).status()).isEqualTo(200);
        }

        @ParameterizedTest
        @ValueSource(strings = {"GET", "PUT", "DELETE"})
        @DisplayName("with another method than POST")
        void method(String method) {
            assertThat(api.send(null, method, PATH, null).status()).isEqualTo(405);
        }

        @Test
        @DisplayName("after some wrong secrets from one address, while Telegram's right ones pass")
        void guessing() {
            try (Api limited = Api.startWith(30, "")) {
                for (int i = 0; i < 3; i++) {
                    assertThat(post(limited, PATH, "wrong", UPDATE).status()).isEqualTo(401);
                }
                assertThat(post(limited, PATH, "wrong", UPDATE).status()).isEqualTo(429);
                for (int i = 0; i < 50; i++) {
                    assertThat(post(limited, PATH, SECRET, UPDATE).status()).isEqualTo(200);
                }
            }
        }
    }
}
