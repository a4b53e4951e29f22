package io.vibee.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The development secrets")
class DevelopmentSecretsTest {
    private static final SecretSettings NONE = new SecretSettings(null, null, null);
    private static final Secret GIVEN = new Secret(Environments.SECRET);

    private Path directory = Path.of("");

    @BeforeEach
    void place(@TempDir Path root) {
        directory = root.resolve("a/data");
    }

    @Test
    @DisplayName("are made once and survive a restart")
    void kept() {
        Secrets made = DevelopmentSecrets.complete(NONE, directory);

        assertThat(DevelopmentSecrets.complete(NONE, directory)).isEqualTo(made);
        assertThat(made.jwtSecret().length()).isGreaterThanOrEqualTo(32);
        assertThat(made.jwtSecret()).isNotEqualTo(made.masterKey());
    }

    @Test
    @DisplayName("differ from place to place")
    void random(@TempDir Path elsewhere) {
        assertThat(DevelopmentSecrets.complete(NONE, directory))
                .isNotEqualTo(DevelopmentSecrets.complete(NONE, elsewhere));
    }

    @Test
    @DisplayName("are readable by their owner only, and nothing else is left behind")
    void permissions() throws IOException {
        DevelopmentSecrets.complete(NONE, directory);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
        try (var files = Files.list(directory)) {
            assertThat(files).singleElement().satisfies(file -> {
                assertThat(file.getFileName()).hasToString("secrets.properties");
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
            });
        }
    }

    @Test
    @DisplayName("only complete what is given, and touch nothing when nothing is missing")
    void completing() {
        assertThat(DevelopmentSecrets.complete(new SecretSettings(GIVEN, GIVEN, GIVEN), directory))
                .isEqualTo(new Secrets(GIVEN, GIVEN, GIVEN));
        assertThat(directory).doesNotExist();

        Secrets kept = DevelopmentSecrets.complete(NONE, directory);
        assertThat(DevelopmentSecrets.complete(new SecretSettings(GIVEN, null, null), directory))
                .isEqualTo(new Secrets(GIVEN, kept.masterKey(), null));
        assertThat(DevelopmentSecrets.complete(new SecretSettings(null, GIVEN, GIVEN), directory))
                .isEqualTo(new Secrets(kept.jwtSecret(), GIVEN, GIVEN));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "jwt_secret=0123456789abcdef0123456789abcdef\n",
                "jwt_secret=0123456789abcdef0123456789abcdef\nmaster_key=short\n",
                "master_key=\\u00zz",
            })
    void areNeverReplacedWhenDamaged(String content) throws IOException {
        Files.createDirectories(directory);
        Path file = Files.writeString(directory.resolve("secrets.properties"), content);

        assertThatThrownBy(() -> DevelopmentSecrets.complete(NONE, directory))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith(file + ": damaged (expected: ")
                .hasMessageNotContaining("\n")
                // JUnit names the directory by chance, of digits.
                .satisfies(refused -> assertThat(
                                String.valueOf(refused.getMessage()).replace(file.toString(), ""))
                        .doesNotContain("0123"));
        assertThat(file).hasContent(content);
    }

    @Test
    @DisplayName("refuse with one line what can't be read")
    void unreadable() throws IOException {
        Files.createDirectories(directory.resolve("secrets.properties"));

        assertThatThrownBy(() -> DevelopmentSecrets.complete(NONE, directory))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("secrets.properties: can't be read or written, IOException (expected: ");
    }

    @Test
    @DisplayName("are the same for all who start at the same time")
    void race() {
        Set<Secrets> seen = ConcurrentHashMap.newKeySet();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 32; i++) {
                threads.execute(() -> seen.add(DevelopmentSecrets.complete(NONE, directory)));
            }
        }
        assertThat(seen).hasSize(1);
    }
}
