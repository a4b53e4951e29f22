package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.database.TestDatabase;
import io.vibee.metrics.MetricsScrape;
import org.apache.pekko.actor.DeadLetter;
import org.apache.pekko.actor.UnhandledMessage;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("A scrape of a node shows")
@Tag("node")
class NodeMeterTest {

    @Test
    @DisplayName(
            "its entities and shards by type, its cluster, its dispatchers and mailboxes, its JVM, and what nobody took")
    void pekko() {
        try (Outside outside = new Outside();
                TestNode node = TestNode.on(TestDatabase.fresh(), outside).start()) {
            node.register();
            var nobody = Adapter.toClassic(node.system()).deadLetters();
            node.system().eventStream().tell(new EventStream.Publish<>(new DeadLetter("too late", nobody, nobody)));
            node.system().eventStream().tell(new EventStream.Publish<>(new UnhandledMessage("what?", nobody, nobody)));

            Scrape.shows("pekko_cluster_sharding_region_hosted_entities{type=\"Account\"} 1.0");
            Scrape.shows("pekko_cluster_sharding_region_hosted_shards{type=\"Account\"} 1.0");
            Scrape.shows("pekko_cluster_sharding_region_hosted_entities{type=\"Chat\"} 0.0");
            Scrape.shows("pekko_cluster_members_up 1.0");
            Scrape.shows("pekko_cluster_members_weakly_up 0.0");
            Scrape.shows("pekko_cluster_members_unreachable 0.0");
            assertThat(MetricsScrape.text())
                    .containsPattern("pekko_system_dead_letters_total [1-9]")
                    .containsPattern("pekko_system_unhandled_messages_total [1-9]")
                    .containsPattern("pekko_system_processed_messages_total [1-9]")
                    .containsPattern("pekko_system_pending_messages \\d")
                    .containsPattern("executor_threads_total\\{name=\"pekko.actor.default-dispatcher\"} [1-9]")
                    .containsPattern("executor_parallelism\\{name=\"pekko.actor.internal-dispatcher\"} [1-9]")
                    .contains("executor_time_in_queue_seconds_count{name=\"pekko.actor.default-dispatcher\"}")
                    .contains("jvm_memory_used_bytes", "jvm_gc_seconds");
        }
    }
}
