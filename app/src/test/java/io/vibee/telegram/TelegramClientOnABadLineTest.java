package io.vibee.telegram;

import static io.vibee.telegram.TelegramClientTest.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The Telegram client on a bad line")
@Tag("actors")
class TelegramClientOnABadLineTest {
    private static final String SECRET = "x".repeat(35);
    private static final BotToken TOKEN = BotToken.of("42:" + SECRET);

    private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    @DisplayName("knows that nothing was sent when no connection was made")
    void refused() throws IOException {
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        TelegramFailure failure = sendFailure(URI.create("http://127.0.0.1:" + port));
        assertThat(failure).isInstanceOf(TelegramFailure.Unreachable.class);
        assertThat(failure.certainlyNotDone()).isTrue();
    }

    @Test
    @DisplayName("knows that nothing was sent when the name is unknown")
    void unknownHost() {
        assertThat(sendFailure(URI.create("http://no-such-host.invalid")))
                .isInstanceOf(TelegramFailure.Unreachable.class);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "closed at once            | ''",
                "half a status line        | HTTP/1.1 2",
                "half the headers          | HTTP/1.1 200 OK~Content-Le",
                "half the body             | HTTP/1.1 200 OK~Content-Length: 50~~{\"ok\":true,\"resu",
                "not HTTP                  | SSH-2.0-OpenSSH_9.2~",
                "an HTML page              | HTTP/1.1 200 OK~Content-Length: 13~~<html></html>",
                "no JSON                   | HTTP/1.1 200 OK~Content-Length: 3~~{{{",
                "nothing                   | HTTP/1.1 200 OK~Content-Length: 0~~",
                "a list                    | HTTP/1.1 200 OK~Content-Length: 2~~[]",
                "neither ok nor error      | HTTP/1.1 200 OK~Content-Length: 2~~{}",
                "no result                 | HTTP/1.1 200 OK~Content-Length: 11~~{\"ok\":true}",
                "a result of another kind  | HTTP/1.1 200 OK~Content-Length: 24~~{\"ok\":true,\"result\":[1]}"
            })
    @DisplayName("does not know whether it was sent when the answer can't be read:")
    void unreadable(String what, String answer) throws IOException {
        TelegramFailure failure = sendFailure(serverThatAnswers(answer));
        assertThat(failure).as(what).isInstanceOf(TelegramFailure.LostConnection.class);
        assertThat(failure.certainlyNotDone()).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"401", "403", "404", "409", "502", "302"})
    @DisplayName("does not take a proxy's page for Telegram's word:")
    void proxy(int status) throws IOException {
        URI server = serverThatAnswers("HTTP/1.1 " + status + " Something~Content-Length: 13~~<html></html>");
        assertThat(sendFailure(server)).isEqualTo(new TelegramFailure.ServerError(status));
    }

    @Test
    @DisplayName("waits as long as the header says when a 429 has no readable body, and a second when nothing says")
    void retryAfter() throws IOException {
        assertThat(sendFailure(serverThatAnswers("HTTP/1.1 429 Slow~Retry-After: 9~Content-Length: 0~~")))
                .isEqualTo(new TelegramFailure.FloodWait(Duration.ofSeconds(9)));
        assertThat(sendFailure(serverThatAnswers("HTTP/1.1 429 Slow~Content-Length: 0~~")))
                .isEqualTo(new TelegramFailure.FloodWait(Duration.ofSeconds(1)));
    }

    @Test
    @DisplayName("gives up in time when no answer comes, or when it stops in its middle")
    void slow() throws IOException {
        for (String start : List.of("", "HTTP/1.1 200 OK~Content-Length: 50~~{\"ok\"")) {
            URI server = serverThatAnswersAndWaits(start);
            try (var client =
                    new TelegramClient(server, Duration.ofSeconds(1), Duration.ofMillis(300), Duration.ofMillis(300))) {
                assertThat(failureOf(client.sendMessage(TOKEN, SendRequest.toChat(1, "x"))))
                        .isEqualTo(new TelegramFailure.LostConnection("no answer within 300 ms"));
                assertThat(failureOf(client.getUpdates(TOKEN, 0, Duration.ZERO)))
                        .isInstanceOf(TelegramFailure.LostConnection.class);
            }
        }
    }

    @Test
    @DisplayName("gives up on an answer that is larger than Telegram's")
    void tooLarge() throws IOException {
        String body = "{\"ok\":true,\"result\":[" + " ".repeat(5 * 1024 * 1024) + "]}";
        URI server = serverThatAnswers("HTTP/1.1 200 OK~Content-Length: " + body.length() + "~~" + body);
        try (var client = new TelegramClient(server)) {
            assertThat(failureOf(client.getUpdates(TOKEN, 0, Duration.ZERO)))
                    .isInstanceOf(TelegramFailure.LostConnection.class);
        }
    }

    @Test
    @DisplayName("shows the token in no exception, not even when the server repeats it")
    void noToken() throws IOException {
        String body = "{\"ok\":false,\"error_code\":400,\"description\":\"no " + TOKEN.reveal() + "\"}";
        URI repeating = serverThatAnswers("HTTP/1.1 400 Bad~Content-Length: " + body.length() + "~~" + body);
        URI closing = serverThatAnswers("");
        for (URI server : List.of(repeating, closing, URI.create("http://no-such-host.invalid"))) {
            try (var client = new TelegramClient(server)) {
                Throwable failure = catchThrowable(
                        () -> client.getMe(TOKEN).toCompletableFuture().join());
                var trace = new StringWriter();
                failure.printStackTrace(new PrintWriter(trace));
                assertThat(trace.toString())
                        .contains("TelegramException: getMe")
                        .doesNotContain(SECRET);
            }
        }
    }

    private static TelegramFailure sendFailure(URI server) {
        try (var client = new TelegramClient(server)) {
            return failureOf(client.sendMessage(TOKEN, SendRequest.toChat(1, "x")));
        }
    }

    /** Answers the first request of every connection with these characters, a tilde being a line's end, and closes it. */
    private URI serverThatAnswers(String answer) throws IOException {
        return server(answer, true);
    }

    private URI serverThatAnswersAndWaits(String answer) throws IOException {
        return server(answer, false);
    }

    private URI server(String answer, boolean closes) throws IOException {
        var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        open.add(server);
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    Socket connection = server.accept();
                    open.add(connection);
                    Thread.ofVirtual().start(() -> answer(connection, answer, closes));
                } catch (IOException closed) {
                    return;
                }
            }
        });
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    private static void answer(Socket connection, String answer, boolean closes) {
        try {
            readRequest(connection);
            connection.getOutputStream().write(answer.replace("~", "\r\n").getBytes(StandardCharsets.US_ASCII));
            connection.getOutputStream().flush();
            if (closes) {
                connection.close();
            }
        } catch (IOException goneAlready) {
            // The client may have closed first, which is what some tests are about.
        }
    }

    private static void readRequest(Socket connection) throws IOException {
        var received = new StringBuilder();
        var buffer = new byte[8192];
        while (!isWhole(received.toString())) {
            int count = connection.getInputStream().read(buffer);
            if (count < 0) {
                throw new IOException("closed");
            }
            received.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
        }
    }

    private static boolean isWhole(String received) {
        int head = received.indexOf("\r\n\r\n");
        if (head < 0) {
            return false;
        }
        int length = received.lines()
                .filter(line -> line.startsWith("Content-Length:"))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElse(0);
        return received.length() >= head + 4 + length;
    }
}
