package io.vibee.boot;

import io.vibee.cluster.NodeParts;
import io.vibee.http.ReadinessCheck;
import io.vibee.journal.database.Database;
import io.vibee.journal.projection.ProjectionWatch;
import io.vibee.reply.GuardedProvider;
import io.vibee.session.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.cluster.ClusterEvent.CurrentClusterState;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.sharding.ClusterShardingHealthCheck;
import org.apache.pekko.cluster.sharding.ShardRegion.CurrentShardRegionState;
import org.apache.pekko.cluster.sharding.typed.ClusterShardingQuery;
import org.apache.pekko.cluster.sharding.typed.GetShardRegionState;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.typed.Cluster;
import scala.jdk.javaapi.FutureConverters;

/** What must hold for this node to be ready. */
final class HealthChecks {

    private static final Duration ASK = Duration.ofSeconds(2);

    /** A database nearby answers within some milliseconds. */
    private static final Duration SLOW = Duration.ofMillis(100);

    /** A projection that has not moved for so long though it could is told of. */
    private static final Duration STANDSTILL = Duration.ofSeconds(30);

    private final ActorSystem<?> system;
    private final ClusterShardingHealthCheck registered;
    private final List<GuardedProvider> providers;
    private final ProjectionWatch projections;

    HealthChecks(ActorSystem<?> system, List<GuardedProvider> providers) {
        this.system = system;
        this.registered = new ClusterShardingHealthCheck(Adapter.toClassic(system));
        this.providers = List.copyOf(providers);
        this.projections = new ProjectionWatch(Database.get(system), ReadProjections.ENTITY_TYPES, STANDSTILL);
    }

    Map<String, Supplier<CompletionStage<ReadinessCheck>>> all() {
        Map<String, Supplier<CompletionStage<ReadinessCheck>>> checks = new LinkedHashMap<>();
        checks.put("database", this::database);
        checks.put("cluster", this::cluster);
        checks.put("sessions", this::sessions);
        checks.put("projections", this::projections);
        checks.put("providers", this::providers);
        checks.put("parts", () -> parts(system));
        return checks;
    }

    /** Tells of a slow one, too: all waits for it, and nothing else is wrong. */
    private CompletionStage<ReadinessCheck> database() {
        long asked = System.nanoTime();
        return Database.get(system).ping().thenApply(answers -> {
            if (!answers) {
                return ReadinessCheck.down("the database does not answer");
            }
            Duration took = Duration.ofNanos(System.nanoTime() - asked);
            return took.compareTo(SLOW) < 0
                    ? ReadinessCheck.up()
                    : ReadinessCheck.up("is slow: answered after " + took.toMillis() + " ms");
        });
    }

    private CompletionStage<ReadinessCheck> cluster() {
        MemberStatus status = Cluster.get(system).selfMember().status();
        boolean up = status.equals(MemberStatus.up()) || status.equals(MemberStatus.weaklyUp());
        return CompletableFuture.completedStage(
                up
                        ? ReadinessCheck.up(members(Cluster.get(system).state()))
                        : ReadinessCheck.down("this node is " + status + " in its cluster"));
    }

    private static String members(CurrentClusterState cluster) {
        int members = cluster.members().size();
        int silent = cluster.getUnreachable().size();
        return (members == 1 ? "1 member" : members + " members") + (silent == 0 ? "" : ", silent: " + silent);
    }

    /**
     * Down while one stands still: what people read gets older and older, on every node. Events that were set aside are told of, and
     * nothing else waits for them. While the database is away, its own check tells.
     */
    private CompletionStage<ReadinessCheck> projections() {
        return projections
                .state()
                .thenApply(HealthChecks::inWords)
                .exceptionally(away -> ReadinessCheck.up("not known: the database can't be asked"));
    }

    static ReadinessCheck inWords(ProjectionWatch.State state) {
        String standstills = state.standstills().stream()
                .map(still -> "%s stands still for %d s at the slices %d to %d (%s)"
                        .formatted(
                                still.name(),
                                still.time().toSeconds(),
                                still.minSlice(),
                                still.maxSlice(),
                                Objects.requireNonNullElse(still.failure(), "no failure is known")))
                .collect(Collectors.joining("; "));
        String setAside = state.setAside().entrySet().stream()
                .map(one -> one.getKey() + ": " + one.getValue() + " set aside")
                .collect(Collectors.joining(", "));
        String all = Stream.of(standstills, setAside)
                .filter(words -> !words.isEmpty())
                .collect(Collectors.joining("; "));
        if (!standstills.isEmpty()) {
            return ReadinessCheck.downEverywhere(all);
        }
        return all.isEmpty() ? ReadinessCheck.up() : ReadinessCheck.up(all);
    }

    /** Never down: without a model people get what their chats' {@code on_failure} says, and all else goes on. */
    private CompletionStage<ReadinessCheck> providers() {
        String states = providers.stream()
                .map(provider -> provider.provider().name() + " " + inWords(provider.state()))
                .collect(Collectors.joining(", "));
        return CompletableFuture.completedStage(ReadinessCheck.up(states.isEmpty() ? "none is configured" : states));
    }

    /** Down for a part that the node lives by; of many of a kind, one that fails is shown, but others are served. */
    static CompletionStage<ReadinessCheck> parts(ActorSystem<?> system) {
        NodeParts.Failing failing = NodeParts.of(system).failing();
        List<String> named = new ArrayList<>(failing.parts());
        failing.ofMany().forEach((kind, count) -> named.add(kind + " (" + count + ")"));
        String detail = String.join(", ", named) + (named.size() == 1 ? " keeps failing" : " keep failing");
        return CompletableFuture.completedStage(
                failing.none()
                        ? ReadinessCheck.up()
                        : failing.parts().isEmpty() ? ReadinessCheck.up(detail) : ReadinessCheck.down(detail));
    }

    private static String inWords(GuardedProvider.State state) {
        return switch (state) {
            case CLOSED -> "works";
            case HALF_OPEN -> "is being tried";
            case OPEN -> "is left alone after failures";
            case COOLING_DOWN -> "is left alone after a refusal";
        };
    }

    /**
     * Down on a node that just started until all its regions know who allocates shards: until then what is asked of an account, a chat
     * or a session waits.
     */
    CompletionStage<ReadinessCheck> sessions() {
        return FutureConverters.asJava(registered.apply())
                .thenCompose(known -> Boolean.TRUE.equals(known)
                        ? regionAnswers()
                        : CompletableFuture.completedStage(
                                ReadinessCheck.down("this node does not know yet where sessions live")));
    }

    private CompletionStage<ReadinessCheck> regionAnswers() {
        return AskPattern.<ClusterShardingQuery, CurrentShardRegionState>ask(
                        ClusterSharding.get(system).shardState(),
                        replyTo -> new GetShardRegionState(Session.TYPE_KEY, replyTo),
                        ASK,
                        system.scheduler())
                .thenApply(state -> ReadinessCheck.up());
    }
}
