package io.vibee.settings;

import static io.vibee.settings.Environments.assertRefused;
import static io.vibee.settings.Environments.read;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The cluster settings")
class ClusterSettingsTest {
    @Test
    @DisplayName("by default leave the address to the way to the database")
    void defaults() {
        assertThat(read().cluster()).isEqualTo(new ClusterSettings(null, 17355, 7626));
    }

    @Test
    @DisplayName("take what the environment says")
    void values() {
        ClusterSettings cluster = read(
                        "VIBEE_CLUSTER_HOST", "node-1.internal",
                        "VIBEE_CLUSTER_PORT", "0",
                        "VIBEE_MANAGEMENT_PORT", "65535")
                .cluster();

        assertThat(cluster).isEqualTo(new ClusterSettings("node-1.internal", 0, 65535));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "[::]", "a b"})
    void refusesHost(String host) {
        assertRefused(
                "VIBEE_CLUSTER_HOST",
                host,
                "VIBEE_CLUSTER_HOST: " + host + " (expected: a host name or an IP address that other nodes can reach)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"VIBEE_CLUSTER_PORT", "VIBEE_MANAGEMENT_PORT"})
    void refusesPort(String name) {
        assertRefused(name, "65536", name + ": 65536 (expected: a port from 0 to 65535)");
    }
}
