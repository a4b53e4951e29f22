package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.WebhookWatch.Finding;
import io.vibee.telegram.WebhookInfo;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A webhook")
class WebhookWatchTest {

    private static final String URL = "https://vibee.example.org/telegram/ses_1/7";
    private static final Instant SET = Instant.parse("2026-01-02T03:04:05Z");
    private static final Instant LATER = SET.plus(Duration.ofMinutes(5));

    private final WebhookWatch watch = new WebhookWatch(URL);

    WebhookWatchTest() {
        watch.set(SET);
    }

    private static WebhookInfo failed(int pending, Instant at, String error) {
        return new WebhookInfo(URL, pending, at, error);
    }

    @Test
    @DisplayName("is fine while nothing waits or nothing failed")
    void fine() {
        assertThat(watch.find(new WebhookInfo(URL, 0, null, ""))).isEqualTo(new Finding.Fine());
        assertThat(watch.find(new WebhookInfo(URL, 3, null, ""))).isEqualTo(new Finding.Fine());
        assertThat(watch.find(failed(0, LATER, "Connection refused"))).isEqualTo(new Finding.Fine());
    }

    @Test
    @DisplayName("is of no use when updates wait that could not be delivered since it was set")
    void useless() {
        assertThat(watch.find(failed(1, SET.minusSeconds(1), "Connection refused")))
                .isEqualTo(new Finding.Fine());
        assertThat(watch.find(failed(1, LATER, "Connection refused")))
                .isEqualTo(new Finding.Useless("Connection refused"));
        assertThat(watch.find(failed(1, LATER, ""))).isEqualTo(new Finding.Useless("Telegram does not say why"));
    }

    @Test
    @DisplayName("is of use again when something came after the failure")
    void recovered() {
        watch.posted(LATER.plusSeconds(1));
        assertThat(watch.find(failed(1, LATER, "Connection refused"))).isEqualTo(new Finding.Fine());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Wrong response from the webhook: 503 Service Unavailable",
                "Wrong response from the webhook: 429 Too Many Requests"
            })
    @DisplayName("is fine when we ourselves refused: polling would be no better")
    void ourOwn(String error) {
        assertThat(watch.find(failed(9, LATER, error))).isEqualTo(new Finding.Fine());
    }

    @Test
    @DisplayName("is gone, or another one has its place")
    void notOurs() {
        assertThat(watch.find(new WebhookInfo("", 2, null, ""))).isEqualTo(new Finding.Gone());
        assertThat(watch.find(new WebhookInfo("https://other.example.org/secret/path", 2, null, "")))
                .isEqualTo(new Finding.Replaced());
    }

    @Test
    @DisplayName("is looked at only when nothing came through it since the last time")
    void doubtful() {
        assertThat(watch.isDoubtful(SET.plusSeconds(30))).isTrue();
        watch.posted(SET.plusSeconds(40));
        assertThat(watch.isDoubtful(SET.plusSeconds(60))).isFalse();
        assertThat(watch.isDoubtful(SET.plusSeconds(90))).isTrue();
    }
}
