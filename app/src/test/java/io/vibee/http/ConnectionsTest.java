package io.vibee.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

@DisplayName("A connection")
@Tag("database")
class ConnectionsTest {

    private static final String LIVE = "GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    /** A client's side of a connection, from any loopback address. */
    private static Socket connect(Api api, String from) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), api.port()), 5_000);
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    /** All that comes until the connection ends. */
    private static String heard(Socket socket) {
        StringBuilder all = new StringBuilder();
        try (InputStream in = socket.getInputStream()) {
            byte[] some = new byte[8_192];
            for (int length = in.read(some); length >= 0; length = in.read(some)) {
                all.append(new String(some, 0, length, StandardCharsets.UTF_8));
            }
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("the connection is still open after: " + all, e);
        } catch (IOException reset) {
            // As good an end as any.
        }
        return all.toString();
    }

    private static String exchange(Api api, String request) throws IOException {
        return exchange(api, "127.0.0.1", request);
    }

    private static String exchange(Api api, String from, String request) throws IOException {
        try (Socket socket = connect(api, from)) {
            say(socket, request);
            return heard(socket);
        }
    }

    private static void assertLive(Api api, String from) throws IOException {
        long begun = System.nanoTime();
        try (Socket socket = connect(api, from)) {
            say(socket, LIVE);
            assertThat(heard(socket)).startsWith("HTTP/1.1 200 ");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    }

    @Nested
    @DisplayName("that brings what is no request")
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class Unreadable {
        private final Api api = Api.startWith(3, "");
        private int clients;

        @AfterAll
        void stop() {
            api.close();
        }

        static Stream<Arguments> requests() {
            return Stream.of(
                    Arguments.of(
                            "chunks in HTTP/1.0",
                            "POST /x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"),
                    Arguments.of("a body of TRACE", "TRACE / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"),
                    Arguments.of("no request line", "hello to you, who are you?\r\n\r\n"),
                    Arguments.of("HTTP/0.9", "GET /\r\n\r\n"),
                    Arguments.of("another protocol", "GET / HTTP/3.7\r\nHost: a\r\n\r\n"),
                    Arguments.of("HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                    Arguments.of("an unknown method", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n"),
                    Arguments.of("a method too long", "A".repeat(5_000) + " / HTTP/1.1\r\nHost: a\r\n\r\n"),
                    Arguments.of("CONNECT", "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n"),
                    Arguments.of("a bad escape", "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n"),
                    Arguments.of("a bad URI", "GET http://[ HTTP/1.1\r\nHost: a\r\n\r\n"),
                    Arguments.of("a URI too long", "GET /" + "x".repeat(4_000) + " HTTP/1.1\r\nHost: a\r\n\r\n"),
                    Arguments.of("a header's name with a space", "GET / HTTP/1.1\r\nHost: a\r\nX Y: 1\r\n\r\n"),
                    Arguments.of(
                            "a header too long", "GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(9_000) + "\r\n\r\n"),
                    Arguments.of("too many headers", "GET / HTTP/1.1\r\nHost: a\r\n" + "X: 1\r\n".repeat(100) + "\r\n"),
                    Arguments.of("no length", "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n"),
                    Arguments.of("a negative length", "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"),
                    Arguments.of(
                            "two lengths",
                            "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
                    Arguments.of("a wrong Host", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
                    Arguments.of("two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
                    Arguments.of(
                            "TLS",
                            "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003"
                                    + "\u0000".repeat(600)));
        }

        @ParameterizedTest(name = "{0}")
        @MethodSource("requests")
        @DisplayName("gets a problem or is closed, is counted, and leaves one line at debug")
        void refused(String what, String request) throws IOException {
            Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
            Logger access = (Logger) LoggerFactory.getLogger("io.vibee.http.access");
            ListAppender<ILoggingEvent> lines = new ListAppender<>();
            lines.list = new CopyOnWriteArrayList<>();
            lines.start();
            access.setLevel(Level.DEBUG);
            root.addAppender(lines);
            try {
                String from = "127.0.1." + ++clients;
                String first = exchange(api, from, request);
                assertThat(first).startsWith("HTTP/1.1 ").contains("application/problem+json");
                assertThat(first)
                        .containsIgnoringCase("\r\nX-Request-Id: ")
                        .containsIgnoringCase("\r\nConnection: close");
                assertThat(first.substring("HTTP/1.1 ".length()))
                        .startsWith(first.contains("not-implemented") ? "501" : "4");
                assertThat(lines.list)
                        .filteredOn(line -> line.getLoggerName().startsWith("io.vibee.http"))
                        .singleElement()
                        .satisfies(line -> assertThat(line.getLevel()).isEqualTo(Level.DEBUG));
                assertThat(lines.list)
                        .as("stack traces and warnings")
                        .noneMatch(line -> line.getLevel().isGreaterOrEqual(Level.INFO));

                exchange(api, from, request);
                exchange(api, from, request);
                assertThat(exchange(api, from, request))
                        .startsWith("HTTP/1.1 429 ")
                        .containsIgnoringCase("\r\nRetry-After: ");
                assertThat(exchange(api, from, "GET /api/v1/audit HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                        .startsWith("HTTP/1.1 429 ");
            } finally {
                root.detachAppender(lines);
                access.setLevel(null);
            }
        }
    }

    @Nested
    @DisplayName("in HTTP/1.0")
    class Old {

        @Test
        @DisplayName("gets whole answers and streamed ones, ended by the connection's end")
        void streamed() throws IOException {
            try (Api api = Api.start()) {
                Api.Someone ann = api.register("ann");
                assertThat(exchange(api, "GET /health/live HTTP/1.0\r\n\r\n"))
                        .contains(" 200 ")
                        .endsWith("}");
                String export = exchange(
                        api,
                        "GET /api/v1/users/me/export HTTP/1.0\r\nAuthorization: Bearer " + ann.accessToken()
                                + "\r\n\r\n");
                assertThat(export)
                        .contains(" 200 ")
                        .doesNotContainIgnoringCase("chunked")
                        .endsWith("}\n");
            }
        }
    }

    @Nested
    @DisplayName("whose request's head")
    class Heads {

        private static final String SOON = "vibee.http.head-within = 1s";

        @Test
        @DisplayName("drips is told that it came too late, and counted")
        void drips() throws IOException {
            try (Api api = Api.startWith(2, SOON);
                    Socket socket = connect(api, "127.0.0.1")) {
                say(socket, "GET /health/live HTTP/1.1\r\nHost: a\r\nX-");
                Thread dripping = Thread.ofVirtual().start(() -> drip(socket));

                assertThat(heard(socket))
                        .startsWith("HTTP/1.1 408 ")
                        .contains("urn:vibee:problem:request-too-slow")
                        .containsIgnoringCase("X-Request-Id: ");
                dripping.interrupt();
                assertThat(api.get(null, "/api/v1/audit").status()).isEqualTo(401);
                assertThat(api.get(null, "/api/v1/audit").status()).isEqualTo(429);
            }
        }

        private static void drip(Socket socket) {
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    say(socket, "x");
                    java.util.concurrent.locks.LockSupport.parkNanos(
                            Duration.ofMillis(100).toNanos());
                }
            } catch (IOException closed) {
                // That is what is waited for.
            }
        }

        @Test
        @DisplayName("never begins is closed without a word")
        void silent() throws IOException {
            try (Api api = Api.startWith(0, SOON);
                    Socket socket = connect(api, "127.0.0.1")) {
                assertThat(heard(socket)).isEmpty();
            }
        }

        @Test
        @DisplayName("does not come after an answer is let alone until it begins, then has its time too")
        void keptAlive() throws IOException {
            try (Api api = Api.startWith(0, SOON + "\nvibee.http.pekko.http.server.idle-timeout = 20s");
                    Socket socket = connect(api, "127.0.0.1")) {
                String live = "GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n";
                for (int i = 0; i < 2; i++) {
                    say(socket, live);
                    assertThat(oneAnswer(socket)).startsWith("HTTP/1.1 200 ");
                    // Longer than a head may take, with nothing that could be waited for: that nothing happens is the
                    // point.
                    assertNothingComes(socket, Duration.ofMillis(2_500));
                }
                say(socket, "GET /hea");
                assertThat(heard(socket)).startsWith("HTTP/1.1 408 ");
            }
        }

        private static void assertNothingComes(Socket socket, Duration within) throws IOException {
            socket.setSoTimeout((int) within.toMillis());
            org.assertj.core.api.Assertions.assertThatThrownBy(
                            () -> socket.getInputStream().read())
                    .isInstanceOf(java.net.SocketTimeoutException.class);
            socket.setSoTimeout(20_000);
        }

        private static String oneAnswer(Socket socket) throws IOException {
            StringBuilder answer = new StringBuilder();
            while (!answer.toString().endsWith("}")) {
                int next = socket.getInputStream().read();
                assertThat(next).as("the connection's end after: " + answer).isNotNegative();
                answer.append((char) next);
            }
            return answer.toString();
        }
    }

    @Nested
    @DisplayName("too many")
    class TooMany {

        private static List<Socket> halfOpen(Api api, String from, int number) throws IOException {
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < number; i++) {
                Socket socket = connect(api, from);
                say(socket, "GET / HTTP/1.1\r\nX-");
                sockets.add(socket);
            }
            return sockets;
        }

        private static void close(List<Socket> sockets) throws IOException {
            for (Socket socket : sockets) {
                socket.close();
            }
        }

        @Test
        @DisplayName("of an address takes the place of its own that waited longest, and health answers everybody")
        void ofAnAddress() throws IOException {
            try (Api api = Api.startWith(0, "vibee.test.connections-per-address = 20")) {
                List<Socket> held = halfOpen(api, "127.0.0.1", 100);

                assertLive(api, "127.0.0.1");
                assertLive(api, "127.0.0.2");
                assertThat(heard(held.getFirst())).as("of the first to come").isEmpty();
                say(held.getLast(), "Y: 1\r\nHost: a\r\nConnection: close\r\n\r\n");
                assertThat(heard(held.getLast())).as("of the last to come").startsWith("HTTP/1.1 404 ");
                close(held);
            }
        }

        @Test
        @DisplayName("of all together takes one from the address that has the most")
        void ofAll() throws IOException {
            try (Api api = Api.startWith(0, """
                    vibee.test.connections-per-address = 0
                    vibee.http.pekko.http.server.max-connections = 20
                    """)) {
                List<Socket> few = halfOpen(api, "127.0.0.3", 3);
                List<Socket> many = halfOpen(api, "127.0.0.2", 100);

                assertLive(api, "127.0.0.1");
                assertLive(api, "127.0.0.2");
                for (Socket socket : few) {
                    say(socket, "Y: 1\r\nHost: a\r\nConnection: close\r\n\r\n");
                    assertThat(heard(socket)).startsWith("HTTP/1.1 404 ");
                }
                close(many);
            }
        }
    }
}
