package io.vibee.outgoing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("An outgoing request")
class OutgoingRequestsTest {

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    @DisplayName("reaches a host with an underscore in its name, which learns by what name it was called")
    void underscore() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String heard = exchange.getRequestHeaders().getFirst("Host") + exchange.getRequestURI();
            byte[] bytes = heard.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        try {
            int port = server.getAddress().getPort();
            URI address = URI.create("http://model_server.my_net:" + port + "/v1/chat%20x?y=1");
            HttpRequest request = OutgoingRequests.to(address, name -> {
                        assertThat(name).isEqualTo("model_server.my_net");
                        return InetAddress.getLoopbackAddress();
                    })
                    .build();

            assertThat(client.send(request, BodyHandlers.ofString()).body())
                    .isEqualTo("model_server.my_net:" + port + "/v1/chat%20x?y=1");
        } finally {
            server.stop(0);
        }
    }

    @Test
    @DisplayName("to such a host that nobody knows fails when it is sent, as to any unknown host")
    void unknown() {
        HttpRequest request = OutgoingRequests.to(URI.create("http://no_such_host/x"), name -> {
                    throw new UnknownHostException(name);
                })
                .build();

        assertThatThrownBy(() -> client.send(request, BodyHandlers.ofString())).isInstanceOf(IOException.class);
    }

    @Test
    @DisplayName("writes an IPv6 address in brackets, without a zone")
    void ipv6() {
        HttpRequest request = OutgoingRequests.to(
                        URI.create("http://my_host:81/x"), name -> InetAddress.getByName("fe80::1%1"))
                .build();

        assertThat(request.uri()).hasToString("http://[fe80:0:0:0:0:0:0:1]:81/x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://api.telegram.org/x", "http://localhost:81/y?z", "http://[::1]:80/", "http://10.0.0.1"})
    @DisplayName("to any other address is left to the JDK, whose names are looked up by it")
    void others(String address) {
        HttpRequest request = OutgoingRequests.to(URI.create(address), name -> {
                    throw new AssertionError(name);
                })
                .build();

        assertThat(request.uri()).hasToString(address);
        assertThat(request.headers().map()).isEmpty();
    }
}
