package io.vibee.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The settings of notifications")
class NotificationSettingsTest {

    private static NotificationSettings settings(String overrides) {
        Config defaults = ConfigFactory.defaultReference().getConfig("pekko.persistence.postgres.notifications");
        return NotificationSettings.of(ConfigFactory.parseString(overrides).withFallback(defaults));
    }

    @Test
    @DisplayName("have defaults, and a channel of one's own")
    void defaults() {
        assertThat(settings(""))
                .isEqualTo(new NotificationSettings(
                        true, "event_journal", Duration.ofMillis(50), Duration.ofSeconds(1), Duration.ofSeconds(10)));
        assertThat(settings("channel = carts").channel()).isEqualTo("carts");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1st", "a b", "x; drop table event_journal", "Carts"})
    @DisplayName("refuse a channel that PostgreSQL takes in quotes only")
    void unusable(String channel) {
        assertThatThrownBy(() -> settings("channel = \"" + channel + "\""))
                .hasMessage("notifications.channel: " + channel
                        + " (expected: 1 to 63 of a-z, 0-9 and _, not a digit first)");
    }
}
