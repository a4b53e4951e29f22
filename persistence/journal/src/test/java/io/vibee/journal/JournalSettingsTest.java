package io.vibee.journal;

import static io.vibee.journal.Writes.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The journal's settings")
class JournalSettingsTest {

    @Test
    void haveDefaults() {
        assertThat(settings(""))
                .isEqualTo(new JournalSettings(
                        4,
                        400,
                        4L << 20,
                        10_000,
                        64L << 20,
                        Duration.ofMillis(500),
                        Duration.ofMillis(50),
                        Duration.ofSeconds(10),
                        16L << 20,
                        500));
    }

    @Test
    void letAWriteWaitUntilShortlyBeforeItsCallerGivesUp() {
        assertThat(settings("").patience()).isEqualTo(Duration.ofMillis(9500));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "group-commit.connections",
                "group-commit.batch-events",
                "group-commit.batch-size",
                "group-commit.queue-writes",
                "group-commit.queue-size",
                "max-payload",
                "replay-page"
            })
    void refuseWhatWouldStoreOrReadNothing(String key) {
        assertThatThrownBy(() -> settings(key + " = 0")).hasMessage(key + ": 0 (expected: at least 1)");
    }

    @Test
    void refuseToDropWritesBeforeTheyCouldBeSent() {
        assertThatThrownBy(() -> settings("group-commit.drop-before-timeout = 10s"))
                .hasMessageStartingWith("group-commit.drop-before-timeout: PT10S (expected: less than");
    }
}
