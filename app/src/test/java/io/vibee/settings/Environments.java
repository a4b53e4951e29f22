package io.vibee.settings;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Settings as tests read them. */
final class Environments {
    static final Path WORKING_DIRECTORY = Path.of("/nowhere/in/particular");
    static final String SECRET = "0123456789abcdef0123456789abcdef";

    private Environments() {}

    static Settings read(String... namesAndValues) {
        return Settings.read(of(namesAndValues), WORKING_DIRECTORY);
    }

    static Map<String, String> of(String... namesAndValues) {
        Map<String, String> environment = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            environment.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return environment;
    }

    /** The start is refused with exactly this line. */
    static void assertRefused(String name, String value, String line) {
        assertThatThrownBy(() -> read(name, value))
                .isInstanceOf(SettingsException.class)
                .hasMessage(line)
                .message()
                .doesNotContain("\n");
    }
}
