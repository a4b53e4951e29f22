package io.vibee.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The open connections")
class OpenConnectionsTest {

    private final AddressLimiter addresses = new AddressLimiter(0);
    private final List<ClientConnection> closed = new ArrayList<>();

    private ClientConnection from(String address) {
        ClientConnection connection = new ClientConnection(new ClientAddress(address), addresses);
        connection.closeBy(() -> closed.add(connection));
        return connection;
    }

    private ClientConnection admitted(OpenConnections open, String address) {
        ClientConnection connection = from(address);
        assertThat(open.admit(connection)).isTrue();
        return connection;
    }

    @Test
    @DisplayName("of an address that has enough lose the one that waited longest, and never one that is being answered")
    void ofAnAddress() {
        OpenConnections open = new OpenConnections(2, 100);
        ClientConnection answering = admitted(open, "a");
        answering.asked(HttpRequest.create());
        ClientConnection waiting = admitted(open, "a");
        admitted(open, "b");

        ClientConnection newest = admitted(open, "a");

        assertThat(closed).containsExactly(waiting);
        assertThat(open.size()).isEqualTo(3);
        newest.asked(HttpRequest.create());
        assertThat(open.admit(from("a"))).as("while both are being answered").isFalse();
        answering.answered(HttpResponse.create());
        admitted(open, "a");
        assertThat(closed).containsExactly(waiting, answering);
    }

    @Test
    @DisplayName("of all addresses lose one of the address that has the most")
    void ofAll() {
        OpenConnections open = new OpenConnections(0, 4);
        ClientConnection lone = admitted(open, "b");
        ClientConnection oldest = admitted(open, "a");
        admitted(open, "a");
        admitted(open, "a");

        admitted(open, "c");

        assertThat(closed).containsExactly(oldest);
        assertThat(lone.isWaiting()).isTrue();
        assertThat(open.size()).isEqualTo(4);
    }

    @Test
    @DisplayName("make room when they close, once however often they say so")
    void close() {
        OpenConnections open = new OpenConnections(1, 100);
        ClientConnection first = admitted(open, "a");
        open.closed(first);
        open.closed(first);

        assertThat(open.size()).isZero();
        admitted(open, "a");
        assertThat(closed).isEmpty();
    }

    @Test
    @DisplayName(
            "end when the service does: those that wait at once, the others after their answer, new ones never begin")
    void end() {
        OpenConnections open = new OpenConnections(0, 100);
        ClientConnection waiting = admitted(open, "a");
        ClientConnection answering = admitted(open, "a");
        answering.asked(HttpRequest.create());

        var ended = open.end().toCompletableFuture();

        assertThat(closed).containsExactly(waiting);
        assertThat(open.admit(from("b"))).isFalse();
        open.closed(waiting);
        assertThat(ended).isNotDone();
        assertThat(answering.answered(HttpResponse.create()).getHeader("Connection"))
                .hasValueSatisfying(header -> assertThat(header.value()).isEqualTo("close"));
        open.closed(answering);
        assertThat(ended).isCompleted();
    }
}
