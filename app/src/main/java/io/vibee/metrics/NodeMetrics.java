package io.vibee.metrics;

import java.util.Map;
import kamon.Kamon;
import kamon.metric.Counter;
import kamon.metric.Gauge;
import kamon.metric.Metric;

/** What Pekko does on this node. Whoever looks at it every few seconds records what it sees here. Safe for all threads. */
public final class NodeMetrics {
    private final Metric.Gauge entities =
            Kamon.gauge("pekko.cluster.sharding.region.hosted-entities", "Entities that live on this node, by type");
    private final Metric.Gauge shards = Kamon.gauge(
            "pekko.cluster.sharding.region.hosted-shards", "Shards that have their home on this node, by type");
    private final Gauge unreachable = Kamon.gauge(
                    "pekko.cluster.members.unreachable", "Members that this node does not reach")
            .withoutTags();
    private final Counter deadLetters = Kamon.counter("pekko.system.dead-letters", "Messages whose receiver was gone")
            .withoutTags();
    private final Counter unhandled = Kamon.counter(
                    "pekko.system.unhandled-messages", "Messages that their receiver did not understand")
            .withoutTags();
    private final Counter processed = Kamon.counter("pekko.system.processed-messages", "Messages taken from mailboxes")
            .withoutTags();
    private final Gauge pending = Kamon.gauge("pekko.system.pending-messages", "Messages that wait in mailboxes")
            .withoutTags();

    /** {@code pekko_cluster_sharding_region_hosted_entities{type}} and {@code …_hosted_shards{type}}. */
    public void hosted(String type, long entitiesHere, long shardsHere) {
        entities.withTag("type", type).update((double) entitiesHere);
        shards.withTag("type", type).update((double) shardsHere);
    }

    /**
     * {@code pekko_cluster_members_up} and so on: the members that this node knows, by status.
     *
     * @param byStatus how many have each of the cluster's statuses, also 0; a status as a part of a metric's name
     */
    public void members(Map<String, Long> byStatus, long unreachableNow) {
        byStatus.forEach((status, count) -> Kamon.gauge(
                        "pekko.cluster.members." + status, "Members of the cluster in this status")
                .withoutTags()
                .update((double) count));
        unreachable.update((double) unreachableNow);
    }

    /** {@code pekko_system_dead_letters_total}. */
    public void deadLetter() {
        deadLetters.increment();
    }

    /** {@code pekko_system_unhandled_messages_total}. */
    public void unhandled() {
        unhandled.increment();
    }

    /**
     * {@code pekko_system_processed_messages_total} and {@code pekko_system_pending_messages}, from {@link MeasuredMailbox}; {@code executor_…},
     * from {@link MeasuredForkJoinPool}.
     */
    public void look() {
        MeasuredMailbox.Load load = MeasuredMailbox.load();
        processed.increment(load.takenSinceLastAsked());
        pending.update((double) load.waiting());
        MeasuredForkJoinPool.look();
    }
}
