package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A node started from a jar, with nothing said on the command line, measures Pekko:")
@Tag("process")
class PekkoMetricsTest {
    private static String scrape = "";
    private static String errors = "";

    @BeforeAll
    static void runNode(@TempDir Path directory) throws IOException, InterruptedException {
        try (ForkedJvm node = ForkedJvm.start(directory, ShardedNode.class, Map.of())) {
            assertThat(node.exitStatus(180))
                    .as("exit status; stderr: %s", node.err())
                    .isZero();
            scrape = node.out();
            errors = node.err();
        }
    }

    @Test
    @DisplayName("its sharding, by type and not by entity")
    void sharding() {
        assertThat(scrape)
                .contains(
                        "pekko_cluster_sharding_region_hosted_entities_count{type=\"chat\"",
                        "pekko_cluster_sharding_region_hosted_shards_count{type=\"chat\"",
                        "pekko_cluster_sharding_region_processed_messages_total{type=\"chat\"");
        assertThat(scrape).doesNotContain("c42");
    }

    @Test
    @DisplayName("its entities as one group per type")
    void groups() {
        assertThat(scrape)
                .containsPattern("pekko_group_processing_time_seconds_count\\{[^}]*group=\"shardRegion/chat\"");
    }

    @Test
    @DisplayName("its HTTP server")
    void http() {
        assertThat(scrape).contains("http_server_requests_total{");
    }

    @Test
    @DisplayName("its JVM")
    void jvm() {
        assertThat(scrape).contains("jvm_memory_used_bytes", "jvm_gc_seconds");
    }

    @Test
    @DisplayName("with a bounded number of time series")
    void bounded() {
        assertThat(scrape.lines().filter(line -> !line.startsWith("#"))).hasSizeLessThan(3000);
    }

    @Test
    @DisplayName("and the JVM has nothing to warn about")
    void quiet() {
        assertThat(errors).isEmpty();
    }
}
