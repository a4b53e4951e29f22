package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.settings.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The addresses on which a node listens")
class ListeningAddressesTest {

    private static Settings settings(Map<String, String> values) {
        Map<String, String> all = new HashMap<>(Map.of(
                "VIBEE_HTTP_PORT", "0",
                "VIBEE_CLUSTER_PORT", "0",
                "VIBEE_MANAGEMENT_PORT", "0",
                "VIBEE_SANDBOX", "true",
                // Otherwise the one after the API's, which may be another's.
                "VIBEE_SANDBOX_PORT", "0"));
        all.putAll(values);
        return Settings.read(all, Path.of("/nowhere"));
    }

    private static void requireFree(Settings settings) {
        ListeningAddresses.requireFree(settings, OwnAddress.host(settings));
    }

    @ParameterizedTest
    @CsvSource({
        "VIBEE_HTTP_PORT, 'The API''s', 'VIBEE_HTTP_HOST, VIBEE_HTTP_PORT'",
        "VIBEE_SANDBOX_PORT, 'The sandbox''s', VIBEE_SANDBOX_PORT",
        "VIBEE_CLUSTER_PORT, 'The cluster''s', 'VIBEE_CLUSTER_HOST, VIBEE_CLUSTER_PORT'",
        "VIBEE_MANAGEMENT_PORT, The management, 'VIBEE_CLUSTER_HOST, VIBEE_MANAGEMENT_PORT'"
    })
    @DisplayName("are refused in one line when another process has one of them")
    void taken(String variable, String what, String variables) throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(other.getLocalPort());
            assertThatThrownBy(() -> requireFree(settings(Map.of(variable, port))))
                    .isInstanceOf(StartException.class)
                    .hasMessage(
                            "%s address 127.0.0.1:%s can't be used (%s): Address already in use",
                            what, port, variables);
        }
    }

    @Test
    @DisplayName("are refused when two of them are the same")
    void twice() throws IOException {
        String port = Integer.toString(free());
        assertThatThrownBy(() -> requireFree(settings(Map.of("VIBEE_HTTP_PORT", port, "VIBEE_MANAGEMENT_PORT", port))))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("The management address 127.0.0.1:" + port + " can't be used (");
    }

    @Test
    @DisplayName("are refused when this machine has no such address, or nobody knows the host")
    void notHere() {
        assertThatThrownBy(() -> requireFree(settings(Map.of("VIBEE_HTTP_HOST", "192.0.2.1"))))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith(
                        "The API's address 192.0.2.1:0 can't be used (VIBEE_HTTP_HOST, VIBEE_HTTP_PORT): ")
                .message()
                .doesNotContain("\n");
        assertThatThrownBy(() -> requireFree(settings(Map.of("VIBEE_CLUSTER_HOST", "nobody.invalid"))))
                .isInstanceOf(StartException.class)
                .hasMessageContaining(
                        "nobody.invalid:0 can't be used (VIBEE_CLUSTER_HOST, VIBEE_CLUSTER_PORT): the host is");
    }

    @Test
    @DisplayName("are free again for the node once they were tried")
    void released() throws IOException {
        String port = Integer.toString(free());
        Settings settings = settings(Map.of("VIBEE_HTTP_PORT", port));
        requireFree(settings);

        assertThatCode(() -> requireFree(settings)).doesNotThrowAnyException();
    }

    @Test
    @DisplayName("are known to Pekko by a name that a URI can have")
    void names() {
        assertThat(ListeningAddresses.nameForPekko("vibee.example.org")).isEqualTo("vibee.example.org");
        assertThat(ListeningAddresses.nameForPekko("10.0.0.7")).isEqualTo("10.0.0.7");
        assertThat(ListeningAddresses.nameForPekko("fd00::3")).isEqualTo("[fd00::3]");
        assertThatThrownBy(() -> ListeningAddresses.nameForPekko("no_such_host.invalid"))
                .isInstanceOf(StartException.class)
                .hasMessage("The cluster's host no_such_host.invalid is unknown (VIBEE_CLUSTER_HOST)");
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
