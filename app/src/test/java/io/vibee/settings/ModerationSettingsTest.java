package io.vibee.settings;

import static io.vibee.settings.Environments.assertRefused;
import static io.vibee.settings.Environments.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vibee.settings.ModerationSettings.WhenAway;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The settings of moderation")
class ModerationSettingsTest {

    private final Path directory;

    ModerationSettingsTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private String file(String text) throws IOException {
        return Files.writeString(directory.resolve("patterns.txt"), text).toString();
    }

    @Test
    @DisplayName("by default bound the length and repetitions of messages, and nothing else")
    void defaults() {
        ModerationSettings moderation = read().moderation();

        assertThat(moderation.longest()).isEqualTo(4096);
        assertThat(moderation.repeats()).isEqualTo(5);
        assertThat(moderation.patterns().isEmpty()).isTrue();
        assertThat(moderation.url()).isNull();
        assertThat(moderation.apiKey()).isNull();
        assertThat(moderation.model()).isEqualTo("omni-moderation-latest");
        assertThat(moderation.whenAway()).isEqualTo(WhenAway.ALLOW);
    }

    @Test
    @DisplayName("are what the environment says")
    void values() throws IOException {
        ModerationSettings moderation = read(
                        "VIBEE_MODERATION_LONGEST", "0",
                        "VIBEE_MODERATION_REPEATS", "7",
                        "VIBEE_MODERATION_PATTERNS", file("# words\ncasino\n/x+/\n"),
                        "VIBEE_MODERATION_URL", "https://api.openai.com/v1/",
                        "VIBEE_MODERATION_API_KEY", "sk-hidden",
                        "VIBEE_MODERATION_MODEL", "omni",
                        "VIBEE_MODERATION_WHEN_AWAY", "Stop")
                .moderation();

        assertThat(moderation.longest()).isZero();
        assertThat(moderation.repeats()).isEqualTo(7);
        assertThat(moderation.patterns().find("the casino")).hasValue(2);
        assertThat(moderation.url()).isEqualTo(URI.create("https://api.openai.com/v1"));
        assertThat(moderation.apiKey()).isEqualTo(new Secret("sk-hidden"));
        assertThat(moderation.model()).isEqualTo("omni");
        assertThat(moderation.whenAway()).isEqualTo(WhenAway.STOP);
        assertThat(moderation.toString()).doesNotContain("hidden").doesNotContain("casino");
    }

    @Test
    @DisplayName("refuse a list that can't be used, with its file and line")
    void patterns() throws IOException {
        String file = file("fine\n\n/(/\n");
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> read("VIBEE_MODERATION_PATTERNS", file))
                .withMessageStartingWith("VIBEE_MODERATION_PATTERNS: " + file
                        + ", line 3 (expected: a regular expression in RE2's syntax: missing closing )")
                .withMessageNotContaining("\n");
        assertRefused(
                "VIBEE_MODERATION_PATTERNS",
                "/nowhere/patterns.txt",
                "VIBEE_MODERATION_PATTERNS: /nowhere/patterns.txt (expected: a file of text in UTF-8 that can be read)");
        String latin = Files.write(directory.resolve("latin.txt"), "caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1))
                .toString();
        assertRefused(
                "VIBEE_MODERATION_PATTERNS",
                latin,
                "VIBEE_MODERATION_PATTERNS: " + latin + " (expected: a file of text in UTF-8 that can be read)");
    }

    @Test
    @DisplayName("refuse other values that can't be used")
    void refused() {
        assertRefused(
                "VIBEE_MODERATION_WHEN_AWAY", "wait", "VIBEE_MODERATION_WHEN_AWAY: wait (expected: allow or stop)");
        assertRefused(
                "VIBEE_MODERATION_API_KEY",
                "two words",
                "VIBEE_MODERATION_API_KEY: <9 characters> (expected: a key of visible ASCII characters without spaces)");
        assertRefused(
                "VIBEE_MODERATION_LONGEST",
                "-1",
                "VIBEE_MODERATION_LONGEST: -1 (expected: a whole number from 0 to 2147483647)");
    }
}
