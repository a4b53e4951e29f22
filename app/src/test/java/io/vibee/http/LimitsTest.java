package io.vibee.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vibee.http.Api.Answer;
import io.vibee.http.Api.Someone;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

@DisplayName("The server")
@Tag("database")
class LimitsTest {

    /** What the server answers to these bytes, until it closes. */
    private static String raw(Api api, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String request(String... lines) {
        return String.join("\r\n", lines) + "\r\nHost: a\r\nConnection: close\r\n\r\n";
    }

    @Test
    @DisplayName("limits an address, counts a sign-in ten times, and leaves health and metrics alone")
    void addresses() {
        try (Api api = Api.startWith(25, "")) {
            for (int i = 0; i < 2; i++) {
                assertThat(api.post(null, "/api/v1/auth/logout", "{}").status()).isEqualTo(400);
            }
            Answer third = api.post(null, "/api/v1/auth/logout", "{}");
            assertThat(third.status()).isEqualTo(429);
            assertThat(third.problem()).isEqualTo("too-many-requests");
            assertThat(Integer.parseInt(String.valueOf(third.header("Retry-After"))))
                    .isBetween(1, 60);
            assertThat(third.header("X-Request-Id")).isNotBlank();
            assertThat(api.get(null, "/api/v1/audit").status()).isEqualTo(401);
            for (int i = 0; i < 40; i++) {
                assertThat(api.get(null, "/health/live").status()).isEqualTo(200);
                assertThat(api.get(null, "/metrics").status()).isEqualTo(200);
            }
            // A header can't make another address of it.
            assertThat(api.send(null, "POST", "/api/v1/auth/logout", "{}", "X-Forwarded-For", "203.0.113.9")
                            .status())
                    .isEqualTo(429);
        }
    }

    @Test
    @DisplayName("answers what it can't parse as a problem too")
    void unparsable() throws IOException {
        try (Api api = Api.start()) {
            String longUri =
                    raw(api, "GET /" + "x".repeat(4_000) + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            String longHeader = raw(
                    api, "GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + "x".repeat(9_000) + "\r\nConnection: close\r\n\r\n");
            String garbage = raw(api, "?? ??\r\n\r\n");
            String length = raw(
                    api,
                    request(
                            "POST /api/v1/auth/login HTTP/1.1",
                            "Content-Type: application/json",
                            "Content-Length: 9999999"));

            assertThat(longUri).startsWith("HTTP/1.1 414 ").contains("urn:vibee:problem:uri-too-long");
            assertThat(longHeader).startsWith("HTTP/1.1 431 ").contains("urn:vibee:problem:headers-too-large");
            assertThat(garbage).contains("application/problem+json");
            assertThat(length).startsWith("HTTP/1.1 413 ").contains("urn:vibee:problem:too-large");
            assertThat(List.of(longUri, longHeader, garbage, length))
                    .allSatisfy(answer -> assertThat(answer)
                            .containsIgnoringCase("X-Request-Id: ")
                            .doesNotContainIgnoringCase("\r\nServer:"));
        }
    }

    @Test
    @DisplayName("gives up on a body that does not come")
    void slowBody() throws IOException {
        try (Api api = Api.start()) {
            String late = raw(
                    api,
                    request(
                                    "POST /api/v1/auth/login HTTP/1.1",
                                    "X-Request-Id: slow-1",
                                    "Content-Type: application/json",
                                    "Content-Length: 20")
                            + "{");

            assertThat(late)
                    .startsWith("HTTP/1.1 408 ")
                    .contains("X-Request-Id: slow-1")
                    .contains("urn:vibee:problem:request-too-slow");
        }
    }

    @Test
    @DisplayName("gives up on an answer that takes too long")
    void slowAnswer() {
        try (Api api = Api.startWith(
                0, "vibee.http.pekko.http.server.request-timeout = 1s", Map.of("stuck", CompletableFuture::new))) {
            Answer late = api.send(null, "GET", "/health", null, "X-Request-Id", "slow-2");

            assertThat(late.status()).isEqualTo(503);
            assertThat(late.problem()).isEqualTo("unavailable");
            assertThat(late.header("X-Request-Id")).isEqualTo("slow-2");
            assertThat(late.header("Retry-After")).isNotNull();
        }
    }

    @Test
    @DisplayName("calls a check that does not answer, or fails, down")
    void stuckCheck() {
        try (Api api = Api.startWith(0, "", Map.of("stuck", CompletableFuture::new, "broken", () -> {
            throw new IllegalStateException("a secret");
        }))) {
            Answer health = api.get(null, "/health");

            assertThat(health.status()).isEqualTo(503);
            assertThat(health.json().path("status").asText()).isEqualTo("down");
            assertThat(health.json().path("checks").path("stuck").path("status").asText())
                    .isEqualTo("down");
            assertThat(health.json()
                            .path("checks")
                            .path("broken")
                            .path("status")
                            .asText())
                    .isEqualTo("down");
            assertThat(health.json()
                            .path("checks")
                            .path("database")
                            .path("status")
                            .asText())
                    .isEqualTo("up");
            assertThat(health.body()).doesNotContain("a secret");
            assertThat(api.get(null, "/health/ready").status()).isEqualTo(503);
        }
    }

    @Test
    @DisplayName("takes the request's id when it is a good one, and makes one otherwise")
    void requestIds() {
        try (Api api = Api.start()) {
            assertThat(api.send(null, "GET", "/health/live", null, "X-Request-Id", "abc-1.2_3")
                            .header("X-Request-Id"))
                    .isEqualTo("abc-1.2_3");
            assertThat(api.send(null, "GET", "/health/live", null, "X-Request-Id", "a b")
                            .header("X-Request-Id"))
                    .matches("[0-9a-f]{32}");
            assertThat(api.send(null, "GET", "/x", null, "X-Request-Id", "x".repeat(65))
                            .header("X-Request-Id"))
                    .matches("[0-9a-f]{32}");
        }
    }

    @Test
    @DisplayName("stays ready with what is no better on another node, and tells of it")
    void downEverywhere() {
        try (Api api = Api.startWith(
                0,
                "",
                Map.of(
                        "projections",
                        () -> CompletableFuture.completedFuture(
                                ReadinessCheck.downEverywhere("usage stands still for 31 s"))))) {
            Answer health = api.get(null, "/health");

            assertThat(health.status()).isEqualTo(503);
            assertThat(health.json().path("checks").path("projections").toString())
                    .isEqualTo("{\"status\":\"down\",\"detail\":\"usage stands still for 31 s\"}");
            assertThat(api.get(null, "/health/ready").status()).isEqualTo(200);
        }
    }

    @Test
    @DisplayName("tells its health by its checks")
    void health() {
        try (Api api = Api.start()) {
            assertThat(api.get(null, "/health/ready").status()).isEqualTo(200);
            assertThat(api.send(null, "HEAD", "/health/ready", null).status()).isEqualTo(200);
        }
    }

    @Test
    @DisplayName("answers 503 when the database is away, and logs no secret on the way")
    void databaseAway() {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        root.addAppender(lines);
        try (Api api = Api.start()) {
            Someone ann = api.register("ann");
            String token = "55:" + "s3cret".repeat(6);
            assertThat(api.post(ann, "/api/v1/sessions/connect", "{\"bot_token\":\"" + token + "\"}")
                            .status())
                    .isEqualTo(201);
            Api.await(api.database.closeLater());

            Answer away = api.get(ann, "/api/v1/sessions");
            Answer signIn = api.post(null, "/api/v1/auth/login", """
                    {"username":"ann","password":"correct horse battery"}""");
            Answer health = api.get(null, "/health");

            assertThat(List.of(away, signIn)).allSatisfy(answer -> {
                assertThat(answer.status()).as(answer.body()).isEqualTo(503);
                assertThat(answer.header("Retry-After")).isNotNull();
                assertThat(answer.body()).doesNotContain("select").doesNotContain("r2dbc");
            });
            assertThat(health.status()).isEqualTo(503);
            assertThat(health.json()
                            .path("checks")
                            .path("database")
                            .path("status")
                            .asText())
                    .isEqualTo("down");
            assertThat(api.get(null, "/health/live").status()).isEqualTo(200);
            assertThat(List.copyOf(lines.list))
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(
                                    line.getFormattedMessage() + line.getKeyValuePairs() + line.getThrowableProxy())
                            .doesNotContain("s3cret")
                            .doesNotContain("correct horse")
                            .doesNotContain(ann.accessToken())
                            .doesNotContain(ann.refreshToken()));
        } finally {
            root.detachAppender(lines);
        }
    }
}
