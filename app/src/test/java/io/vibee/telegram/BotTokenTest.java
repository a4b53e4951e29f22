package io.vibee.telegram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A bot's token")
class BotTokenTest {
    private static final String TOKEN = "7000000001:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0";

    @Test
    @DisplayName("tells the bot's id, and itself only when asked")
    void reveals() {
        BotToken token = BotToken.of(TOKEN);
        assertThat(token.botId()).isEqualTo(7_000_000_001L);
        assertThat(token.reveal()).isEqualTo(TOKEN);
        assertThat(token).hasToString("7000000001:***").isEqualTo(BotToken.of(TOKEN));
    }

    @Test
    @DisplayName("can be masked in a text")
    void masks() {
        assertThat(BotToken.of(TOKEN).maskIn("GET /bot" + TOKEN + "/getMe")).isEqualTo("GET /bot7000000001:***/getMe");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
                "123:short",
                "x:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
                "1:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/getMe?",
                "9999999999999999999:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
                " 1:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
            })
    @DisplayName("is refused when malformed, without repeating it")
    void refuses(String malformed) {
        assertThatThrownBy(() -> BotToken.of(malformed))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("bot token: malformed")
                .hasMessageNotContaining("AAHdq")
                .hasMessageNotContaining("short");
    }
}
