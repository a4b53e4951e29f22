package io.vibee.boot;

import io.vibee.cluster.NodeParts;
import io.vibee.metrics.NodeMetrics;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.ClusterEvent.CurrentClusterState;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.sharding.ClusterSharding;
import org.apache.pekko.cluster.sharding.ShardRegion;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.pattern.Patterns;

/** Looks every few seconds at what Pekko does on this node, and counts messages that nobody took. */
final class NodeMeter {
    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(5);
    private static final Map<MemberStatus, String> STATUSES = Map.of(
            MemberStatus.joining(), "joining",
            MemberStatus.weaklyUp(), "weakly-up",
            MemberStatus.up(), "up",
            MemberStatus.leaving(), "leaving",
            MemberStatus.exiting(), "exiting",
            MemberStatus.down(), "down");

    private final ActorSystem<?> system;
    private final NodeMetrics metrics = new NodeMetrics();

    private NodeMeter(ActorSystem<?> system) {
        this.system = system;
    }

    /** Once its regions are started. */
    static void start(ActorSystem<?> system) {
        NodeMeter meter = new NodeMeter(system);
        NodeParts.repeat(system, "node-meter", EVERY, meter::look);
        system.systemActorOf(
                UntakenMessages.create(meter.metrics::deadLetter, meter.metrics::unhandled),
                "untaken-messages",
                Props.empty());
    }

    private void look() {
        metrics.look();
        CurrentClusterState cluster = Cluster.get(system).state();
        Map<MemberStatus, Long> known = StreamSupport.stream(
                        cluster.getMembers().spliterator(), false)
                .collect(Collectors.groupingBy(Member::status, Collectors.counting()));
        metrics.members(
                STATUSES.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getValue, status -> known.getOrDefault(status.getKey(), 0L))),
                cluster.getUnreachable().size());
        ClusterSharding sharding = ClusterSharding.get(Adapter.toClassic(system));
        sharding.getShardTypeNames().forEach(type -> lookAt(sharding, type));
    }

    private void lookAt(ClusterSharding sharding, String type) {
        Patterns.ask(sharding.shardRegion(type), ShardRegion.getRegionStatsInstance(), ANSWERED_WITHIN)
                .thenAccept(answer -> {
                    Map<String, Object> byShard = ((ShardRegion.ShardRegionStats) answer).getStats();
                    metrics.hosted(
                            type,
                            byShard.values().stream()
                                    .mapToLong(count -> ((Number) count).longValue())
                                    .sum(),
                            byShard.size());
                });
    }
}
