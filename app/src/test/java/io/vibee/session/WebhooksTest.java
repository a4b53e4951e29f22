package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.session.Bot;
import java.net.URI;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Webhooks")
class WebhooksTest {

    private static final String KEY = "a master key of the tests, long enough";
    private static final String OTHER_KEY = "another key of the tests, long enough";
    private static final Webhooks.Address ADDRESS = new Webhooks.Address("ses_1", new Bot(7, "bobs_bot"));

    private final Webhooks webhooks = new Webhooks(URI.create("https://vibee.example.org/in"), KEY, null);

    @Test
    @DisplayName("have an address below the service's own, which names the session and its bot")
    void address() {
        assertThat(webhooks.url(ADDRESS))
                .contains(URI.create("https://vibee.example.org/in/telegram/ses_1/7/bobs_bot"));
        assertThat(webhooks.url(new Webhooks.Address("ses_1", new Bot(7, ""))))
                .contains(URI.create("https://vibee.example.org/in/telegram/ses_1/7"));
        assertThat(webhooks.url(new Webhooks.Address("ses_1", new Bot(7, "no name of a bot"))))
                .contains(URI.create("https://vibee.example.org/in/telegram/ses_1/7"));
        assertThat(webhooks.possible()).isTrue();
    }

    @Test
    @DisplayName("have none where Telegram can't reach the service")
    void nowhere() {
        Webhooks unreachable = new Webhooks(null, KEY, null);
        assertThat(unreachable.url(ADDRESS)).isEmpty();
        assertThat(unreachable.possible()).isFalse();
    }

    @Test
    @DisplayName("have a secret of the form that Telegram takes, another one for each address")
    void secret() {
        String secret = webhooks.secret(ADDRESS);
        assertThat(secret).matches("[A-Za-z0-9_-]{43}");
        assertThat(webhooks.isSecret(ADDRESS, secret)).isTrue();
        assertThat(webhooks.isSecret(ADDRESS, "")).isFalse();
        assertThat(webhooks.isSecret(ADDRESS, secret + "a")).isFalse();
        assertThat(webhooks.isSecret(new Webhooks.Address("ses_2", ADDRESS.bot()), secret))
                .isFalse();
        assertThat(webhooks.isSecret(new Webhooks.Address("ses_1", new Bot(8, "bobs_bot")), secret))
                .isFalse();
        assertThat(webhooks.isSecret(new Webhooks.Address("ses_1", new Bot(7, "eves_bot")), secret))
                .isFalse();
    }

    @Test
    @DisplayName(
            "know the secrets of another node with the same master key, and while it is changed those of the one before")
    void rotation() {
        String before = webhooks.secret(ADDRESS);
        assertThat(new Webhooks(null, KEY, null).isSecret(ADDRESS, before)).isTrue();
        Webhooks rotating = new Webhooks(null, OTHER_KEY, KEY);
        assertThat(rotating.isSecret(ADDRESS, before)).isTrue();
        assertThat(rotating.secret(ADDRESS)).isNotEqualTo(before);
        assertThat(new Webhooks(null, OTHER_KEY, null).isSecret(ADDRESS, before))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "https://vibee.example.org/in/telegram/ses_1/7/bobs_bot, true",
        "https://earlier.example.org/telegram/ses_1/7, true",
        "https://vibee.example.org/in/telegram/ses_12/7/bobs_bot, false",
        "https://other.example.org/hook, false",
        "'', false"
    })
    @DisplayName("of a session are known again")
    void own(String url, boolean own) {
        assertThat(webhooks.isOf("ses_1", url)).isEqualTo(own);
    }
}
