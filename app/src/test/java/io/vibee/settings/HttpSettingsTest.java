package io.vibee.settings;

import static io.vibee.settings.Environments.assertRefused;
import static io.vibee.settings.Environments.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The HTTP settings")
class HttpSettingsTest {
    @Test
    @DisplayName("by default listen on this machine only, with the contract's limits")
    void defaults() {
        assertThat(read().http()).isEqualTo(new HttpSettings("127.0.0.1", 8080, null, 100, 600, 512));
    }

    @Test
    @DisplayName("take what the environment says")
    void values() {
        HttpSettings http = read(
                        "VIBEE_HTTP_HOST", "0.0.0.0",
                        "VIBEE_HTTP_PORT", "0",
                        "VIBEE_PUBLIC_URL", "https://vibee.example.org/in/",
                        "VIBEE_API_REQUESTS_PER_MINUTE", "7",
                        "VIBEE_ADDRESS_REQUESTS_PER_MINUTE", "0",
                        "VIBEE_ADDRESS_CONNECTIONS", "3")
                .http();

        assertThat(http).isEqualTo(new HttpSettings("0.0.0.0", 0, URI.create("https://vibee.example.org/in"), 7, 0, 3));
    }

    @Test
    @DisplayName("take an empty value for unset and drop space around a value")
    void empty() {
        assertThat(read("VIBEE_HTTP_PORT", "", "VIBEE_HTTP_HOST", " localhost\n")
                        .http())
                .isEqualTo(new HttpSettings("localhost", 8080, null, 100, 600, 512));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://vibee.example.org",
                "https://vibee.example.org:8080",
                "https://vibee.example.org:80443",
                "vibee.example.org",
                "ftp://vibee.example.org"
            })
    @DisplayName("refuse a public address to which Telegram does not post")
    void refusesPublicUrl(String url) {
        assertThatThrownBy(() -> read("VIBEE_PUBLIC_URL", url))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("VIBEE_PUBLIC_URL: " + url + " (expected: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://vibee.example.org", "https://vibee.example.org:8443/in", "https://vibee.example.org:88"
            })
    @DisplayName("take a public address to which Telegram posts")
    void acceptsPublicUrl(String url) {
        assertThat(read("VIBEE_PUBLIC_URL", url).http().publicUrl()).isEqualTo(URI.create(url));
    }

    @Test
    @DisplayName("take any public address when the Bot API server is one's own")
    void ownServer() {
        assertThat(read("VIBEE_PUBLIC_URL", "http://10.0.0.7:8080", "TELEGRAM_API_URL", "http://10.0.0.8:8081")
                        .http()
                        .publicUrl())
                .isEqualTo(URI.create("http://10.0.0.7:8080"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "vibee.example.org",
                "vibee_app",
                "10.0.0.1",
                "::",
                "::1",
                "fe80::1:2",
                "1:2:3:4:5:6:7:8"
            })
    void acceptsHost(String host) {
        assertThat(read("VIBEE_HTTP_HOST", host).http().host()).isEqualTo(host);
    }

    @Test
    void acceptsAnIpv6AddressInBracketsAndDropsThem() {
        assertThat(read("VIBEE_HTTP_HOST", "[::1]").http().host()).isEqualTo("::1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost",
                "local host",
                "a..b",
                "-a",
                "a-",
                "256.0.0.1",
                "1.2.3",
                "1.2.3.4.",
                "[::1",
                ":::",
                "1::2::3",
                "1:2:3",
                "1:2:3:4:5:6:7:8:9",
                "12345::1",
                "host:80",
                "[localhost]",
                ":1:2:3:4:5:6:7",
                "ümlaut"
            })
    void refusesHost(String host) {
        assertRefused(
                "VIBEE_HTTP_HOST", host, "VIBEE_HTTP_HOST: " + host + " (expected: a host name or an IP address)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "99999",
                "65536",
                "-1",
                "http",
                "80.0",
                "8080x",
                "+80",
                "٨٠",
                "1e3",
                "0x50",
                "99999999999999999999"
            })
    void refusesPort(String port) {
        assertRefused("VIBEE_HTTP_PORT", port, "VIBEE_HTTP_PORT: " + port + " (expected: a port from 0 to 65535)");
    }

    @ParameterizedTest
    @CsvSource({
        "VIBEE_API_REQUESTS_PER_MINUTE, -1",
        "VIBEE_API_REQUESTS_PER_MINUTE, many",
        "VIBEE_ADDRESS_REQUESTS_PER_MINUTE, 1.5",
        "VIBEE_ADDRESS_REQUESTS_PER_MINUTE, 2147483648",
        "VIBEE_ADDRESS_CONNECTIONS, -1",
        "VIBEE_ADDRESS_CONNECTIONS, few",
    })
    void refusesLimit(String name, String value) {
        assertRefused(name, value, name + ": " + value + " (expected: a whole number from 0 to 2147483647)");
    }

    @Test
    @DisplayName("show a wrong value on one line and at bearable length")
    void oneLine() {
        assertRefused("VIBEE_HTTP_PORT", "80\n81", "VIBEE_HTTP_PORT: 80?81 (expected: a port from 0 to 65535)");
        assertRefused(
                "VIBEE_HTTP_PORT",
                "9".repeat(500),
                "VIBEE_HTTP_PORT: " + "9".repeat(100) + "… (expected: a port from 0 to 65535)");
    }
}
