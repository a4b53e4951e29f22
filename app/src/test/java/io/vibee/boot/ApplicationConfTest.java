package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vibee.cluster.DowningLease;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The configuration of the actor system")
class ApplicationConfTest {
    private final Config pekko = ConfigFactory.load().getConfig("pekko");

    @Test
    @DisplayName("lets all phases of the shutdown together take less than 30 s")
    void shutdown() {
        Config shutdown = pekko.getConfig("coordinated-shutdown");
        Duration standard = shutdown.getDuration("default-phase-timeout");
        Config phases = shutdown.getConfig("phases");

        Duration sum = phases.root().keySet().stream()
                .map(phase -> phases.hasPath(phase + ".timeout") ? phases.getDuration(phase + ".timeout") : standard)
                .reduce(Duration.ZERO, Duration::plus);

        assertThat(sum).isLessThan(Duration.ofSeconds(29));
        assertThat(shutdown.getBoolean("exit-jvm")).isFalse();
        assertThat(shutdown.getBoolean("run-by-jvm-shutdown-hook")).isFalse();
    }

    @Test
    @DisplayName("stores entities and what sharding remembers in our own journal")
    void journal() {
        assertThat(pekko.getString("persistence.journal.plugin")).isEqualTo("pekko.persistence.postgres.journal");
        assertThat(pekko.getString("persistence.snapshot-store.plugin"))
                .isEqualTo("pekko.persistence.postgres.snapshot");
        assertThat(pekko.getString("cluster.sharding.remember-entities-store")).isEqualTo("eventsourced");
        assertThat(pekko.getString("cluster.sharding.journal-plugin-id"))
                .isEqualTo("pekko.persistence.postgres.journal");
        assertThat(pekko.getString("cluster.sharding.snapshot-plugin-id"))
                .isEqualTo("pekko.persistence.postgres.snapshot");
    }

    @Test
    @DisplayName("never stops an entity that didn't ask for it")
    void passivation() {
        assertThat(pekko.getString("cluster.sharding.passivation.strategy")).isEqualTo("none");
    }

    @Test
    @DisplayName("downs the half of a divided cluster that does not get the lease")
    void downing() {
        assertThat(pekko.getString("cluster.downing-provider-class")).endsWith("SplitBrainResolverProvider");
        Config resolver = pekko.getConfig("cluster.split-brain-resolver");
        assertThat(resolver.getString("active-strategy")).isEqualTo("lease-majority");
        Config lease = ConfigFactory.load().getConfig(resolver.getString("lease-majority.lease-implementation"));
        assertThat(lease.getString("lease-class")).isEqualTo(DowningLease.class.getName());
        assertThat(lease.getDuration("heartbeat-timeout"))
                .as("held for longer than the other half may ask")
                .isGreaterThan(resolver.getDuration("lease-majority.release-after"));
    }

    @Test
    @DisplayName("stores events as text that can be read with SQL")
    void compression() {
        assertThat(pekko.getString("serialization.jackson.jackson-json.compression.algorithm"))
                .isEqualTo("off");
    }
}
