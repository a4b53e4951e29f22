package io.vibee.settings;

import static io.vibee.settings.Environments.SECRET;
import static io.vibee.settings.Environments.assertRefused;
import static io.vibee.settings.Environments.read;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The secrets' settings")
class SecretSettingsTest {
    @Test
    @DisplayName("by default are unset")
    void defaults() {
        assertThat(read().secrets()).isEqualTo(new SecretSettings(null, null, null));
        assertThat(read("JWT_SECRET", "").secrets()).isEqualTo(new SecretSettings(null, null, null));
    }

    @Test
    @DisplayName("are taken to the letter, space included")
    void values() {
        assertThat(read(
                                "JWT_SECRET", SECRET,
                                "VIBEE_MASTER_KEY", " " + SECRET,
                                "VIBEE_MASTER_KEY_PREVIOUS", SECRET + " ")
                        .secrets())
                .isEqualTo(new SecretSettings(new Secret(SECRET), new Secret(" " + SECRET), new Secret(SECRET + " ")));
    }

    @Test
    @DisplayName("are never shown")
    void masked() {
        assertThat(read("JWT_SECRET", SECRET, "VIBEE_MASTER_KEY", SECRET).toString())
                .doesNotContain(SECRET)
                .contains("***");
    }

    @ParameterizedTest
    @ValueSource(strings = {"JWT_SECRET", "VIBEE_MASTER_KEY", "VIBEE_MASTER_KEY_PREVIOUS"})
    void refusesWhatIsTooShort(String name) {
        assertRefused(name, SECRET.substring(1), name + ": <31 characters> (expected: at least 32 characters)");
        assertRefused(name, "x", name + ": <1 character> (expected: at least 32 characters)");
        assertRefused(name, " ".repeat(40), name + ": <40 characters> (expected: at least 32 characters)");
    }
}
