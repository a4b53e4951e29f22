package io.vibee.settings;

import static io.vibee.settings.Environments.SECRET;
import static io.vibee.settings.Environments.assertRefused;
import static io.vibee.settings.Environments.read;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

@DisplayName("The log settings")
class LogSettingsTest {
    private static final String[] PRODUCTION = {
        "VIBEE_MODE",
        "production",
        "DATABASE_URL",
        "postgresql://host/vibee",
        "JWT_SECRET",
        SECRET,
        "VIBEE_MASTER_KEY",
        SECRET,
        "VIBEE_LOG_FORMAT",
        ""
    };

    @Test
    @DisplayName("by default are text at info")
    void defaults() {
        assertThat(read().log()).isEqualTo(new LogSettings(Level.INFO, LogFormat.TEXT));
    }

    @Test
    @DisplayName("in production are JSON, unless text is asked for")
    void production() {
        assertThat(read(PRODUCTION).log().format()).isEqualTo(LogFormat.JSON);

        String[] text = PRODUCTION.clone();
        text[text.length - 1] = "text";
        assertThat(read(text).log().format()).isEqualTo(LogFormat.TEXT);
    }

    @ParameterizedTest
    @CsvSource({"trace, TRACE", "DEBUG, DEBUG", "Info, INFO", "warn, WARN", "error, ERROR"})
    void acceptsLevel(String text, Level level) {
        assertThat(read("LOG_LEVEL", text, "VIBEE_LOG_FORMAT", "JSON").log())
                .isEqualTo(new LogSettings(level, LogFormat.JSON));
    }

    @ParameterizedTest
    @ValueSource(strings = {"warning", "off", "5"})
    void refusesLevel(String level) {
        assertRefused("LOG_LEVEL", level, "LOG_LEVEL: " + level + " (expected: trace, debug, info, warn or error)");
    }

    @Test
    void refusesFormat() {
        assertRefused("VIBEE_LOG_FORMAT", "xml", "VIBEE_LOG_FORMAT: xml (expected: text or json)");
    }
}
