package io.vibee.cluster;

import io.vibee.journal.database.Database;
import io.vibee.persistence.cluster.ClusterLease;
import io.vibee.persistence.cluster.ClusterNodes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.StreamSupport;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.typed.Cluster;

/**
 * Keeps two clusters off one database. A node that is about to form a cluster must win a row first. The members of the formed cluster renew
 * it and outlive an outage of the database. A member that finds another cluster's lease stops itself.
 */
public final class FormationLease {

    private static final Duration RELEASED_WITHIN = Duration.ofMillis(900);

    private final ClusterLease lease;
    private final String ownId;
    private final Optional<String> node;

    /**
     * @param ownId of the cluster that this node would form
     * @param node see {@link NodePlace}
     */
    public FormationLease(ClusterLease lease, String ownId, Optional<String> node) {
        this.lease = lease;
        this.ownId = ownId;
        this.node = node;
    }

    /** For the cluster that a node would form, under an id that is new each time. */
    public static FormationLease of(ClassicActorSystemProvider system) {
        return new FormationLease(
                new ClusterLease(Database.get(system)),
                UUID.randomUUID().toString(),
                NodePlace.of(Cluster.get(ActorSystem.wrap(system.classicSystem()))
                        .selfMember()
                        .address()
                        .hostPort()));
    }

    /**
     * Tries once to win; false while another cluster's lease lives, unless this very node was its only member: then that one is dead, for
     * its address was free.
     */
    public CompletionStage<Boolean> tryAcquire() {
        return lease.acquire(LeaseKeeper.NAME, ownId, node.orElse(null), LeaseKeeper.TIME_TO_LIVE);
    }

    /** The id of the cluster that this node would form. */
    public String id() {
        return ownId;
    }

    /**
     * Renews the lease and the node's row for as long as the system lives. The last member that leaves gives the lease back, so that
     * another cluster can form at once.
     *
     * @param self the node, in the cluster whose lease it is
     * @param whenLost called when another cluster has won
     */
    public void keep(ActorSystem<?> system, ClusterNodes nodes, ClusterNodes.Node self, Runnable whenLost) {
        ActorRef<LeaseKeeper.Command> keeper = system.systemActorOf(
                LeaseKeeper.create(lease, nodes, self, () -> node.filter(place -> isOnlyMember(system)), whenLost),
                "formation-lease",
                Props.empty());
        releaseAtTheEnd(system, keeper);
    }

    /** Decides before the stop begins: at its end, or after this node was downed, the members are no longer known. */
    private static void releaseAtTheEnd(ActorSystem<?> system, ActorRef<LeaseKeeper.Command> keeper) {
        AtomicBoolean last = new AtomicBoolean();
        CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
        shutdown.addTask(CoordinatedShutdown.PhaseBeforeServiceUnbind(), "formation-lease", () -> {
            last.set(isOnlyMember(system));
            return CompletableFuture.completedStage(Done.getInstance());
        });
        shutdown.addTask(
                CoordinatedShutdown.PhaseClusterShutdown(),
                "formation-lease",
                () -> AskPattern.<LeaseKeeper.Command, Done>ask(
                                keeper,
                                replyTo -> new LeaseKeeper.Stop(last.get(), replyTo),
                                RELEASED_WITHIN,
                                system.scheduler())
                        .exceptionally(failure -> Done.getInstance()));
    }

    private static boolean isOnlyMember(ActorSystem<?> system) {
        List<Member> members = members(system);
        return members.size() == 1
                && members.getFirst()
                        .uniqueAddress()
                        .equals(Cluster.get(system).selfMember().uniqueAddress());
    }

    private static List<Member> members(ActorSystem<?> system) {
        return StreamSupport.stream(Cluster.get(system).state().getMembers().spliterator(), false)
                .toList();
    }
}
