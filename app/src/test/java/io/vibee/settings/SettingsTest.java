package io.vibee.settings;

import static io.vibee.settings.Environments.SECRET;
import static io.vibee.settings.Environments.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What nodes must share")
class SettingsTest {
    private static final String URL = "postgresql://user:password@host/vibee";

    @Test
    @DisplayName("is named whole, on one line, when production lacks it")
    void production() {
        assertThatThrownBy(() -> read("VIBEE_MODE", "production"))
                .isInstanceOf(SettingsException.class)
                .hasMessage("DATABASE_URL, JWT_SECRET, VIBEE_MASTER_KEY: unset"
                        + " (expected: a value, for VIBEE_MODE is production)");
        assertThatThrownBy(() -> read("VIBEE_MODE", "production", "DATABASE_URL", URL, "JWT_SECRET", SECRET))
                .hasMessage("VIBEE_MASTER_KEY: unset (expected: a value, for VIBEE_MODE is production)");
    }

    @Test
    @DisplayName("may be given by a single node in development too")
    void complete() {
        Settings settings = read("DATABASE_URL", URL, "JWT_SECRET", SECRET, "VIBEE_MASTER_KEY", SECRET);

        assertThat(settings.database().url()).isEqualTo(new Secret(URL));
        assertThat(settings.toString()).doesNotContain("password@").doesNotContain(SECRET);
    }

    @Test
    @DisplayName("is no longer a list of nodes, which is said in a line when it is set")
    void removed() {
        assertThat(Settings.removed(Map.of("VIBEE_CLUSTER_CONTACT_POINTS", "node-2:7626", "VIBEE_MODE", "production")))
                .containsExactly(
                        "VIBEE_CLUSTER_CONTACT_POINTS is set, and nothing reads it any more: nodes find each other in"
                                + " the database");
        assertThat(Settings.removed(Map.of())).isEmpty();
    }

    @Test
    @DisplayName("and every variable has a default that is itself accepted")
    void defaults() {
        for (Variable variable : Variable.values()) {
            String value = variable.defaultValue();
            if (value != null) {
                assertThat(read(variable.variableName(), value)).isEqualTo(read());
            }
        }
    }
}
