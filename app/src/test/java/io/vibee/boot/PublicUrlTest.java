package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.settings.HttpSettings;
import java.net.URI;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Telegram reaches a node")
class PublicUrlTest {

    private static final URI TELEGRAM = URI.create("https://api.telegram.org");
    private static final URI HERE = URI.create("http://127.0.0.1:8081");

    private static HttpSettings listening(String host, int port) {
        return new HttpSettings(host, port, null, 0, 0, 0);
    }

    @Test
    @DisplayName("where it is told, whatever else is so")
    void told() {
        URI url = URI.create("https://vibee.example.org");
        HttpSettings http = new HttpSettings("127.0.0.1", 8080, url, 0, 0, 0);
        assertThat(PublicUrl.of(http, TELEGRAM)).isEqualTo(url);
        assertThat(PublicUrl.of(http, HERE)).isEqualTo(url);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, http://127.0.0.1:8080",
        "0.0.0.0, http://127.0.0.1:8080",
        "'::', http://127.0.0.1:8080",
        "'::1', http://[::1]:8080",
        "10.0.0.7, http://10.0.0.7:8080"
    })
    @DisplayName("where the API listens, when Telegram's server is on the same machine")
    void here(String host, String url) {
        assertThat(PublicUrl.of(listening(host, 8080), HERE)).isEqualTo(URI.create(url));
        assertThat(PublicUrl.of(listening(host, 8080), URI.create("http://localhost:8081")))
                .isEqualTo(URI.create(url));
    }

    @Test
    @DisplayName("nowhere otherwise")
    void nowhere() {
        assertThat(PublicUrl.of(listening("0.0.0.0", 8080), TELEGRAM)).isNull();
        assertThat(PublicUrl.of(listening("127.0.0.1", 0), HERE)).isNull();
        assertThat(PublicUrl.of(listening("127.0.0.1", 8080), URI.create("http://10.0.0.8:8081")))
                .isNull();
    }
}
