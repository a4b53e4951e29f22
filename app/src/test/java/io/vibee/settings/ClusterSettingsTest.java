package io.vibee.settings;

import static io.vibee.settings.Environments.SECRET;
import static io.vibee.settings.Environments.assertRefused;
import static io.vibee.settings.Environments.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.settings.ClusterSettings.ContactPoint;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The cluster settings")
class ClusterSettingsTest {
    @Test
    @DisplayName("by default are a cluster of one")
    void defaults() {
        assertThat(read().cluster()).isEqualTo(new ClusterSettings("127.0.0.1", 17355, 7626, List.of()));
    }

    @Test
    @DisplayName("take what the environment says")
    void values() {
        ClusterSettings cluster = read(
                        "VIBEE_CLUSTER_HOST", "node-1.internal",
                        "VIBEE_CLUSTER_PORT", "0",
                        "VIBEE_MANAGEMENT_PORT", "65535",
                        "VIBEE_CLUSTER_CONTACT_POINTS", "node-2.internal:7626, [fd00::3]:7627,",
                        "DATABASE_URL", "postgresql://host/vibee",
                        "JWT_SECRET", SECRET,
                        "VIBEE_MASTER_KEY", SECRET)
                .cluster();

        assertThat(cluster)
                .isEqualTo(new ClusterSettings(
                        "node-1.internal",
                        0,
                        65535,
                        List.of(new ContactPoint("node-2.internal", 7626), new ContactPoint("fd00::3", 7627))));
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "node-2",
                "node-2:",
                "node-2:0",
                "node-2:x",
                ":7626",
                "fd00::3:7626",
                "0.0.0.0:7626",
                "a:1,b",
                "http://a:1"
            })
    void refusesContactPoints(String points) {
        assertRefused(
                "VIBEE_CLUSTER_CONTACT_POINTS",
                points,
                "VIBEE_CLUSTER_CONTACT_POINTS: " + points
                        + " (expected: host:management-port of the other nodes, separated by commas)");
    }
}
