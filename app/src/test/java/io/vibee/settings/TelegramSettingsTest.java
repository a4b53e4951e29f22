package io.vibee.settings;

import static io.vibee.settings.Environments.assertRefused;
import static io.vibee.settings.Environments.read;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The Telegram settings")
class TelegramSettingsTest {
    private static final String TOKEN = "123456:AAEhBP0av28YvU2eH5tpNcwPf3EN0vfQ5Xk";

    @Test
    @DisplayName("by default are Telegram's own server and the contract's limits")
    void defaults() {
        assertThat(read().telegram())
                .isEqualTo(new TelegramSettings(
                        URI.create("https://api.telegram.org"), null, 30, Duration.ofHours(12), 5));
    }

    @Test
    @DisplayName("take what the environment says")
    void values() {
        TelegramSettings telegram = read(
                        "TELEGRAM_API_URL", "http://127.0.0.1:8081/bot-api/",
                        "TELEGRAM_BOT_TOKEN", TOKEN,
                        "VIBEE_TELEGRAM_SENDS_PER_SECOND", "0",
                        "VIBEE_ANSWER_WITHIN", "0",
                        "VIBEE_MAX_SESSIONS_PER_USER", "100")
                .telegram();

        assertThat(telegram)
                .isEqualTo(new TelegramSettings(
                        URI.create("http://127.0.0.1:8081/bot-api"), new Secret(TOKEN), 0, Duration.ZERO, 100));
        assertThat(telegram.toString()).doesNotContain(TOKEN);
    }

    @ParameterizedTest
    @CsvSource({
        "90s, PT1M30S",
        "30m, PT30M",
        "12h, PT12H",
        "1d, PT24H",
        "PT12H, PT12H",
        "pt1h30m, PT1H30M",
        "P2D, PT48H",
        "0s, PT0S",
        "36500d, PT876000H"
    })
    void acceptsDuration(String text, Duration duration) {
        assertThat(read("VIBEE_ANSWER_WITHIN", text).telegram().answerWithin()).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "12",
                "12 h",
                "-1h",
                "PT-1H",
                "1w",
                "h",
                "forever",
                "36501d",
                "999999999999d",
                "99999999999999999999h",
                "P1Y"
            })
    void refusesDuration(String text) {
        assertRefused(
                "VIBEE_ANSWER_WITHIN",
                text,
                "VIBEE_ANSWER_WITHIN: " + text
                        + " (expected: a duration as 90s, 30m, 12h, 1d or PT12H, at most 36500d; 0 for no limit)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://telegram_api",
                "http://telegram_api:8081/bot-api",
                "HTTP://_a_._b_:1",
                "http://[::1]:8081",
                "https://[2001:db8::1]/bot-api",
                "http://10.0.0.1"
            })
    void acceptsUrl(String url) {
        assertThat(read("TELEGRAM_API_URL", url + "/").telegram().apiUrl()).hasToString(url);
    }

    @Test
    @DisplayName("refuse a host with an underscore behind https, and say why")
    void underscoreAndHttps() {
        assertRefused(
                "TELEGRAM_API_URL",
                "https://telegram_api:8443/x",
                "TELEGRAM_API_URL: https://telegram_api:8443/x (expected: a host without an underscore for https, since"
                        + " Java checks no certificate of such a name; or http)");
    }

    @ParameterizedTest
    @CsvSource({
        "http://my_host:0, http://my_host:0",
        "http://my_host:, http://my_host:",
        "http://my_host:70000/x, http://my_host:70000/x",
        "http://my_host?x=1, http://my_host?x=1",
        "http://me:hidden@my_host, <24 characters>",
        "api.telegram.org, api.telegram.org",
        "/bot, /bot",
        "ftp://host, ftp://host",
        "https://, https://",
        "https:// host, https:// host",
        "https://host:0, https://host:0",
        "https://host:70000, https://host:70000",
        "https://host?x=1, https://host?x=1",
        "https://host#x, https://host#x",
        "https://me:hidden@host, <22 characters>",
    })
    void refusesUrl(String url, String shown) {
        assertRefused(
                "TELEGRAM_API_URL",
                url,
                "TELEGRAM_API_URL: " + shown
                        + " (expected: an address as https://host or http://host:port/path, without user, query and"
                        + " fragment)");
    }

    @ParameterizedTest
    @CsvSource({
        "123456:short, 12",
        "AAEhBP0av28YvU2eH5tpNcwPf3EN0vfQ5Xk, 35",
        "bot123456:AAEhBP0av28YvU2eH5tpNcwPf3EN0vfQ5Xk, 45",
        "123456:AAEhBP0av28YvU2eH5tp NcwPf3EN0vfQ5Xk, 43",
    })
    void refusesToken(String token, int length) {
        assertRefused(
                "TELEGRAM_BOT_TOKEN",
                token,
                "TELEGRAM_BOT_TOKEN: <" + length
                        + " characters> (expected: a bot's token as BotFather gives it: digits, a colon, 30 or more"
                        + " letters)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"VIBEE_TELEGRAM_SENDS_PER_SECOND", "VIBEE_MAX_SESSIONS_PER_USER"})
    void refusesLimit(String name) {
        assertRefused(name, "-1", name + ": -1 (expected: a whole number from 0 to 2147483647)");
    }
}
