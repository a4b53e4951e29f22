package io.vibee.boot;

import io.vibee.chat.Chat;
import io.vibee.cluster.LeaseKeeper;
import io.vibee.http.NodeRoutes.NodeView;
import io.vibee.journal.database.Database;
import io.vibee.persistence.cluster.ClusterNodes;
import io.vibee.persistence.cluster.ClusterNodes.Seen;
import io.vibee.session.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.cluster.ClusterEvent.CurrentClusterState;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.sharding.ShardRegion.ClusterShardingStats;
import org.apache.pekko.cluster.sharding.typed.ClusterShardingQuery;
import org.apache.pekko.cluster.sharding.typed.GetClusterShardingStats;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.cluster.typed.Cluster;
import org.jspecify.annotations.Nullable;

/** What the cluster's nodes are and what lives on each: from the membership, their rows in the database, and sharding. */
final class ClusterOverview {

    private static final Duration COUNTED_WITHIN = Duration.ofSeconds(2);
    /** Above the time in which the nodes themselves must have answered. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private final ActorSystem<?> system;
    private final ClusterNodes nodes;

    ClusterOverview(ActorSystem<?> system) {
        this.system = system;
        this.nodes = new ClusterNodes(Database.get(system));
    }

    /** Each member, and each node that ended without a word within a day. A count that can't be had in time is left out. */
    CompletionStage<List<NodeView>> all() {
        var rows = nodes.all(LeaseKeeper.NAME, LeaseKeeper.TIME_TO_LIVE);
        var sessions = counts(Session.TYPE_KEY);
        var chats = counts(Chat.TYPE_KEY);
        return rows.thenCompose(
                known -> sessions.thenCombine(chats, (sessionsOn, chatsOn) -> views(known, sessionsOn, chatsOn)));
    }

    private List<NodeView> views(List<Seen> known, Map<Address, Long> sessions, Map<Address, Long> chats) {
        Map<String, Seen> rows = new HashMap<>();
        known.forEach(seen -> rows.put(seen.node().address(), seen));
        CurrentClusterState state = Cluster.get(system).state();
        List<NodeView> views = new ArrayList<>();
        for (Member member : state.getMembers()) {
            Seen row = rows.remove(member.address().toString());
            views.add(view(member, state, row, sessions.get(member.address()), chats.get(member.address())));
        }
        rows.values().forEach(row -> views.add(gone(row)));
        return views;
    }

    private NodeView view(
            Member member,
            CurrentClusterState state,
            @Nullable Seen row,
            @Nullable Long sessions,
            @Nullable Long chats) {
        boolean self = member.address().equals(Cluster.get(system).selfMember().address());
        String status = state.getUnreachable().contains(member)
                ? "unreachable"
                : member.status()
                        .toString()
                        .replaceAll("(?<=[a-z])(?=[A-Z])", "_")
                        .toLowerCase(Locale.ROOT);
        return new NodeView(
                member.address().toString(),
                row != null ? row.node().version() : self ? CommandLine.version() : null,
                status,
                self,
                member.address().equals(state.getLeader()),
                row == null ? null : row.member(),
                row == null ? null : row.startedAt(),
                row == null ? null : row.seenAt(),
                row == null ? null : row.cpuLoad(),
                sessions,
                chats);
    }

    private static NodeView gone(Seen row) {
        return new NodeView(
                row.node().address(),
                row.node().version(),
                "gone",
                false,
                false,
                false,
                row.startedAt(),
                row.seenAt(),
                null,
                null,
                null);
    }

    private CompletionStage<Map<Address, Long>> counts(EntityTypeKey<?> type) {
        return AskPattern.<ClusterShardingQuery, ClusterShardingStats>ask(
                        ClusterSharding.get(system).shardState(),
                        replyTo -> new GetClusterShardingStats(type, COUNTED_WITHIN, replyTo),
                        COUNTED_WITHIN.plus(MARGIN),
                        system.scheduler())
                .thenApply(this::entities)
                .exceptionallyCompose(late -> CompletableFuture.completedStage(Map.of()));
    }

    /** A region names its own node without host and port. */
    private Map<Address, Long> entities(ClusterShardingStats stats) {
        Map<Address, Long> counts = new HashMap<>();
        stats.getRegions()
                .forEach((address, region) -> counts.put(
                        address.hasLocalScope()
                                ? Cluster.get(system).selfMember().address()
                                : address,
                        region.getStats().values().stream()
                                .mapToLong(count -> ((Number) count).longValue())
                                .sum()));
        return counts;
    }
}
