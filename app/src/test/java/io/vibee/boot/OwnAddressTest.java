package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.settings.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The address at which other nodes reach this one")
class OwnAddressTest {

    private static String host(String... environment) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < environment.length; i += 2) {
            values.put(environment[i], environment[i + 1]);
        }
        return OwnAddress.host(Settings.read(values, Path.of("/nowhere")));
    }

    @Test
    @DisplayName("is the given one")
    void given() {
        assertThat(host(
                        "VIBEE_CLUSTER_HOST",
                        "node-1.internal",
                        "DATABASE_URL",
                        "postgresql://vibee:secret@127.0.0.1/vibee"))
                .isEqualTo("node-1.internal");
    }

    @Test
    @DisplayName("is else the one from which the database is reached")
    void towardsTheDatabase() {
        assertThat(host("DATABASE_URL", "postgresql://vibee:secret@127.0.0.2:5432/vibee"))
                .startsWith("127.");
        assertThat(host("DATABASE_URL", "postgresql://vibee:secret@[::1]:5432/vibee"))
                .isIn("0:0:0:0:0:0:0:1", "127.0.0.1");
    }

    @Test
    @DisplayName("is this machine only where no other node can come")
    void alone() {
        assertThat(host()).isEqualTo("127.0.0.1");
        assertThat(host("DATABASE_URL", "postgresql://vibee:secret@no-such-host.invalid/vibee"))
                .as("opening the database will say so")
                .isEqualTo("127.0.0.1");
    }
}
