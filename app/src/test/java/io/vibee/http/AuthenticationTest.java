package io.vibee.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.http.Api.Answer;
import io.vibee.http.Api.Someone;
import io.vibee.protocol.account.GateCommand.Admission;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A user")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("database")
class AuthenticationTest {

    private final Api api = Api.start();

    @AfterEach
    void admit() {
        api.entities.admission = new Admission.Admitted();
        api.entities.reachable = true;
    }

    @AfterAll
    void stop() {
        api.close();
    }

    private Answer signIn(String username, String password) {
        return api.post(null, "/api/v1/auth/login", """
                {"username":"%s","password":"%s"}""".formatted(username, password));
    }

    private Answer refresh(String token) {
        return api.post(null, "/api/v1/auth/refresh", "{\"refresh_token\":\"" + token + "\"}");
    }

    @Nested
    @DisplayName("who erases the account")
    class Erases {

        @Test
        @DisplayName("is out at once: no token works any more, and the name is free")
        void erased() {
            Someone gone = api.register("gone");

            Answer answer = api.send(gone, "DELETE", "/api/v1/users/me", null);

            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.json().path("status").asText()).isEqualTo("erasing");
            Answer refreshed = refresh(gone.refreshToken());
            assertThat(refreshed.status()).isEqualTo(401);
            assertThat(signIn("gone", "correct horse battery").status()).isEqualTo(401);
            assertThat(Api.await(api.users.findById(gone.id()))).isEmpty();
            assertThat(api.register("gone").id()).isNotEqualTo(gone.id());
        }

        @Test
        @DisplayName("has to be signed in")
        void unauthenticated() {
            assertThat(api.send(null, "DELETE", "/api/v1/users/me", null).status())
                    .isEqualTo(401);
        }
    }

    @Nested
    @DisplayName("who registers")
    class Registers {

        @Test
        @DisplayName("gets tokens and the account as it is now")
        void registers() {
            Answer answer = api.post(null, "/api/v1/auth/register", """
                    {"username":"Reg-1","password":"correct horse battery","telegram_id":77}""");

            JsonNode json = answer.json();
            assertThat(answer.status()).isEqualTo(201);
            assertThat(json.path("user").path("id").asText()).startsWith("usr_");
            assertThat(json.path("user").path("username").asText()).isEqualTo("Reg-1");
            assertThat(json.path("user").path("telegram_id").asLong()).isEqualTo(77);
            assertThat(json.path("user").path("tier").asText()).isEqualTo("free");
            assertThat(json.path("token_type").asText()).isEqualTo("Bearer");
            assertThat(json.path("expires_in").asInt()).isEqualTo(900);
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        }

        @Test
        @DisplayName("under a taken name, whatever its case, is refused")
        void taken() {
            api.register("taken");

            Answer again = api.post(null, "/api/v1/auth/register", """
                    {"username":"TAKEN","password":"correct horse battery"}""");

            assertThat(again.status()).isEqualTo(409);
            assertThat(again.problem()).isEqualTo("username-taken");
        }

        @Test
        @DisplayName("while his Account can't be reached is completed by his first sign-in")
        void completed() {
            api.entities.reachable = false;
            Answer broken = api.post(null, "/api/v1/auth/register", """
                    {"username":"halfway","password":"correct horse battery"}""");
            assertThat(broken.status()).isEqualTo(503);
            assertThat(broken.header("Retry-After")).isNotNull();

            api.entities.reachable = true;
            assertThat(signIn("halfway", "correct horse battery").status()).isEqualTo(200);
            assertThat(Api.await(api.users.findByUsername("halfway")))
                    .hasValueSatisfying(user -> assertThat(user.registered()).isTrue());
        }
    }

    @Nested
    @DisplayName("who signs in")
    class SignsIn {

        @Test
        @DisplayName("with the right password gets tokens")
        void right() {
            api.register("login-1");

            assertThat(signIn("LOGIN-1", "correct horse battery").status()).isEqualTo(200);
        }

        @Test
        @DisplayName("wrongly reads the same words, and costs the same work, whether the name or the password is wrong")
        void same() {
            api.register("login-2");

            long before = api.passwords.computed();
            Answer wrongPassword = signIn("login-2", "wrong horse battery");
            long between = api.passwords.computed();
            Answer wrongName = signIn("login-nobody", "correct horse battery");
            long after = api.passwords.computed();

            assertThat(wrongPassword.status()).isEqualTo(401);
            assertThat(wrongName.status()).isEqualTo(401);
            assertThat(wrongPassword.body()).isEqualTo(wrongName.body());
            assertThat(between - before).isEqualTo(1);
            assertThat(after - between).isEqualTo(1);
            assertThat(wrongPassword.header("WWW-Authenticate")).startsWith("Bearer realm=");
        }

        private int signInFrom(String address, String username, String password) throws Exception {
            try (HttpClient client = HttpClient.newBuilder()
                    .localAddress(InetAddress.getByName(address))
                    .build()) {
                HttpRequest request = HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + api.port() + "/api/v1/auth/login"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("""
                                {"username":"%s","password":"%s"}""".formatted(username, password)))
                        .build();
                HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == 429) {
                    assertThat(answer.body()).contains("urn:vibee:problem:too-many-requests");
                    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
                }
                return answer.statusCode();
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"guessed-1", "nobody-at-all"})
        @DisplayName("wrongly from ever more addresses is slowed down, whether somebody has the name or not")
        void guessed(String name) throws Exception {
            if (name.equals("guessed-1")) {
                api.register(name);
            }
            int judged = 0;
            for (int i = 1; i <= 40; i++) {
                int status = signInFrom("127.0." + i + ".9", name.toUpperCase(Locale.ROOT), "wrong horse battery");
                assertThat(status).isIn(401, 429);
                judged += status == 401 ? 1 : 0;
            }

            assertThat(judged).isBetween(20, 22);
            assertThat(signInFrom("127.1.1.1", name, "correct horse battery")).isEqualTo(429);
            if (name.equals("guessed-1")) {
                assertThat(signIn(name, "correct horse battery").status())
                        .as("the owner where he signed in before")
                        .isEqualTo(200);
            }
        }
    }

    @Nested
    @DisplayName("who goes on with a refresh token")
    class Refreshes {

        @Test
        @DisplayName("gets a new pair each time")
        void rotates() {
            Someone someone = api.register("refresh-1");

            Answer first = refresh(someone.refreshToken());
            Answer second = refresh(first.json().path("refresh_token").asText());

            assertThat(first.status()).isEqualTo(200);
            assertThat(second.status()).isEqualTo(200);
            assertThat(second.json().path("refresh_token").asText())
                    .isNotEqualTo(first.json().path("refresh_token").asText());
        }

        @Test
        @DisplayName("twice with the same one ends all that came from it")
        void reuse() {
            Someone someone = api.register("refresh-2");
            String next =
                    refresh(someone.refreshToken()).json().path("refresh_token").asText();

            assertThat(refresh(someone.refreshToken()).status()).isEqualTo(401);
            assertThat(refresh(next).status()).isEqualTo(401);
            assertThat(signIn("refresh-2", "correct horse battery").status()).isEqualTo(200);
        }

        @Test
        @DisplayName("that was signed out, or never was one, is refused")
        void signedOut() {
            Someone someone = api.register("refresh-3");
            String body = "{\"refresh_token\":\"" + someone.refreshToken() + "\"}";

            assertThat(api.post(null, "/api/v1/auth/logout", body).status()).isEqualTo(204);
            assertThat(api.post(null, "/api/v1/auth/logout", body).status()).isEqualTo(204);
            assertThat(refresh(someone.refreshToken()).status()).isEqualTo(401);
            assertThat(refresh("' or 1=1 --").status()).isEqualTo(401);
        }

        @Test
        @DisplayName("that is signed out takes the access tokens of this sign-in with it, and of no other")
        void accessTokenEnds() {
            Someone phone = api.register("refresh-4");
            JsonNode again = signIn("refresh-4", "correct horse battery").json();
            Someone desk = new Someone(
                    phone.id(),
                    "refresh-4",
                    again.path("access_token").asText(),
                    again.path("refresh_token").asText());
            String next =
                    refresh(phone.refreshToken()).json().path("refresh_token").asText();

            api.post(null, "/api/v1/auth/logout", "{\"refresh_token\":\"" + next + "\"}");

            Answer over = api.get(phone, "/api/v1/sessions");
            assertThat(over.status()).isEqualTo(401);
            assertThat(over.header("WWW-Authenticate")).contains("error=\"invalid_token\"");
            assertThat(api.get(desk, "/api/v1/sessions").status()).isEqualTo(200);
        }
    }

    @Nested
    @DisplayName("without a valid access token")
    class Token {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "GET /api/v1/users/me",
                    "PATCH /api/v1/users/me",
                    "POST /api/v1/sessions/connect",
                    "GET /api/v1/sessions",
                    "GET /api/v1/sessions/x",
                    "PATCH /api/v1/sessions/x",
                    "DELETE /api/v1/sessions/x",
                    "POST /api/v1/sessions/x/pause",
                    "POST /api/v1/sessions/x/resume",
                    "GET /api/v1/chats",
                    "GET /api/v1/chats/x",
                    "PUT /api/v1/chats/x/config",
                    "GET /api/v1/chats/x/messages",
                    "POST /api/v1/chats/x/send",
                    "GET /api/v1/audit"
                })
        @DisplayName("gets nowhere")
        void nowhere(String call) {
            String method = call.substring(0, call.indexOf(' '));
            String path = call.substring(call.indexOf(' ') + 1);

            for (String header : new String[] {"", "Basic YTpi", "Bearer", "Bearer x.y.z", "bearer  "}) {
                Answer answer = header.isEmpty()
                        ? api.send(null, method, path, "{}")
                        : api.send(null, method, path, "{}", "Authorization", header);
                assertThat(answer.status()).as(header).isEqualTo(401);
                assertThat(answer.problem()).isEqualTo("unauthenticated");
                assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
            }
        }
    }

    @Nested
    @DisplayName("whose gate")
    class Gate {

        private final Someone someone =
                new Someone("usr_gate", "gate", api.tokens.issue("usr_gate", 0, "fam_gate"), "");

        private Answer ask() {
            return api.get(someone, "/api/v1/sessions");
        }

        @Test
        @DisplayName("admits him passes")
        void admitted() {
            assertThat(ask().status()).isEqualTo(200);
        }

        @Test
        @DisplayName("limits him is told when to come back, in whole seconds")
        void limited() {
            api.entities.admission = new Admission.Limited(1_001);

            assertThat(ask().status()).isEqualTo(429);
            assertThat(ask().problem()).isEqualTo("too-many-requests");
            assertThat(ask().header("Retry-After")).isEqualTo("2");
        }

        @Test
        @DisplayName("refuses him needs a new token")
        void refused() {
            api.entities.admission = new Admission.Refused();

            assertThat(ask().status()).isEqualTo(401);
        }

        @Test
        @DisplayName("can't tell, or can't be reached, is asked to try again")
        void unavailable() {
            api.entities.admission = new Admission.Unavailable();
            assertThat(ask().status()).isEqualTo(503);

            api.entities.reachable = false;
            assertThat(ask().status()).isEqualTo(503);
            assertThat(ask().header("Retry-After")).isNotNull();
        }
    }
}
