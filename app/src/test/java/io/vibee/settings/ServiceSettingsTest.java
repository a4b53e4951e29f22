package io.vibee.settings;

import static io.vibee.settings.Environments.assertRefused;
import static io.vibee.settings.Environments.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The service settings")
class ServiceSettingsTest {
    @Test
    @DisplayName("by default are a development run that keeps its data in .vibee of the working directory")
    void defaults() {
        assertThat(read().service())
                .isEqualTo(new ServiceSettings(
                        Mode.DEVELOPMENT, Environments.WORKING_DIRECTORY.resolve(".vibee"), Set.of(), false, 8081));
    }

    @Test
    @DisplayName("take what the environment says")
    void values() {
        assertThat(read(
                                "VIBEE_MODE",
                                "Development",
                                "VIBEE_DATA_DIR",
                                "/var/lib/vibee/",
                                "VIBEE_SANDBOX",
                                "TRUE",
                                "VIBEE_OPERATORS",
                                "ann, Bob,")
                        .service())
                .isEqualTo(new ServiceSettings(
                        Mode.DEVELOPMENT, Path.of("/var/lib/vibee"), Set.of("ann", "Bob"), true, 8081));
    }

    @Test
    @DisplayName("resolve a relative data directory against the working directory")
    void relative() {
        assertThat(read("VIBEE_DATA_DIR", "a/../b").service().dataDirectory())
                .isEqualTo(Environments.WORKING_DIRECTORY.resolve("b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"prod", "test", "1"})
    void refusesMode(String mode) {
        assertRefused("VIBEE_MODE", mode, "VIBEE_MODE: " + mode + " (expected: development or production)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "1", "on"})
    void refusesSandbox(String flag) {
        assertRefused("VIBEE_SANDBOX", flag, "VIBEE_SANDBOX: " + flag + " (expected: true or false)");
    }

    @ParameterizedTest
    @CsvSource({"-, -, 8081", "9000, -, 9001", "0, -, 0", "65535, -, 0", "9000, 8000, 8000", "9000, 0, 0"})
    @DisplayName("put the sandbox next to the API, or where they are told")
    void sandboxPort(String api, String sandbox, int port) {
        assertThat(read("VIBEE_HTTP_PORT", api.replace("-", ""), "VIBEE_SANDBOX_PORT", sandbox.replace("-", ""))
                        .service()
                        .sandboxPort())
                .isEqualTo(port);
    }

    @Test
    void refusesASandboxPortThatIsNone() {
        assertRefused("VIBEE_SANDBOX_PORT", "x", "VIBEE_SANDBOX_PORT: x (expected: a port from 0 to 65535)");
    }

    @Test
    @DisplayName("refuse the sandbox in production, whatever else is set")
    void noSandboxInProduction() {
        assertThatThrownBy(() -> read("VIBEE_MODE", "production", "VIBEE_SANDBOX", "true"))
                .isInstanceOf(SettingsException.class)
                .hasMessage("VIBEE_SANDBOX: true (expected: false, for VIBEE_MODE is production and the sandbox"
                        + " simulates Telegram)");
    }

    @Test
    void refusesADataDirectoryThatIsOrLiesInAFile(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "x");

        assertRefused(
                "VIBEE_DATA_DIR",
                file.toString(),
                "VIBEE_DATA_DIR: " + file + " (expected: a directory, or a path at which one can be made)");
        assertThatThrownBy(() -> read("VIBEE_DATA_DIR", file.resolve("data").toString()))
                .isInstanceOf(SettingsException.class);
        assertThatThrownBy(() -> read("VIBEE_DATA_DIR", "a\0b"))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("VIBEE_DATA_DIR: a?b (expected");
    }
}
