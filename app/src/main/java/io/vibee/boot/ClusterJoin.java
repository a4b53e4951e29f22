package io.vibee.boot;

import io.vibee.cluster.FormationLease;
import io.vibee.cluster.LeaseKeeper;
import io.vibee.cluster.NodeTraits;
import io.vibee.persistence.cluster.ClusterNodes;
import io.vibee.persistence.cluster.ClusterNodes.Seen;
import io.vibee.persistence.cluster.ClusterNodes.Traits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.cluster.typed.JoinSeedNodes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a node into the cluster on its database. It joins members that were seen there lately. Where there are none it forms the cluster
 * when it wins the {@link FormationLease}, so that nodes which start together form one. Blocks the starting thread, which has nothing
 * else to do.
 */
final class ClusterJoin {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterJoin.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    /** Then it looks again: those that it asked may have died. */
    private static final Duration ASK_FOR = Duration.ofSeconds(10);

    private static final String UNREACHABLE = "the database can't be reached";

    private static final String REFUSED =
            "The cluster refused this node: another DATABASE_URL, JWT_SECRET or VIBEE_MASTER_KEY,"
                    + " or a build that it can't work with. The log says which, here or at the nodes that it asked.";

    private final ActorSystem<?> system;
    private final CompletableFuture<Done> member = new CompletableFuture<>();

    ClusterJoin(ActorSystem<?> system) {
        this.system = system;
        CoordinatedShutdown.get(system).addTask(CoordinatedShutdown.PhaseBeforeServiceUnbind(), "not-joined", () -> {
            member.cancel(false);
            return CompletableFuture.completedStage(Done.getInstance());
        });
        org.apache.pekko.cluster.Cluster.get(system).registerOnMemberUp(() -> member.complete(Done.getInstance()));
    }

    /**
     * Forms a cluster of its own, whatever the database says.
     *
     * @throws StartException when it is no member in time
     */
    void alone(Duration within) {
        Cluster cluster = Cluster.get(system);
        cluster.manager().tell(Join.create(cluster.selfMember().address()));
        if (!isMemberWithin(within)) {
            throw new StartException(
                    "Vibee can't start: no cluster of one was formed within " + within.toSeconds() + " s");
        }
    }

    /**
     * Joins the cluster or forms it; gives its id.
     *
     * @param lease for the cluster that this node would form
     * @param traits what it must have in common with members that it joins
     * @param since members must have written their rows after it, by the database's clock. In a database that was copied with its server's
     *     files lie the rows of nodes that use another one
     * @throws StartException when it may not join, or is no member in time
     */
    String enter(ClusterNodes nodes, FormationLease lease, Traits traits, Instant since, Duration within) {
        long deadline = System.nanoTime() + within.toNanos();
        String asked = "";
        while (true) {
            List<Seen> members = otherMembers(
                    Service.await(nodes.all(LeaseKeeper.NAME, LeaseKeeper.TIME_TO_LIVE), UNREACHABLE), since);
            members.forEach(seen -> refuseStranger(traits, seen));
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            if (left.isNegative()) {
                throw new StartException(members.isEmpty() ? nobodyIsSeen(within) : nobodyAnswers(members, within));
            }
            if (!members.isEmpty()) {
                LOG.info("joining the cluster of {}", addresses(members));
                asked = members.getFirst().node().clusterId();
                Cluster.get(system).manager().tell(new JoinSeedNodes(seeds(members)));
                if (isMemberWithin(left.compareTo(ASK_FOR) < 0 ? left : ASK_FOR)) {
                    return asked;
                }
            } else if (member.isDone()) {
                // Let in late, by members that have written no row since.
                return asked;
            } else if (Service.await(lease.tryAcquire(), UNREACHABLE)) {
                alone(left);
                return lease.id();
            } else {
                isMemberWithin(LOOK_EVERY);
            }
        }
    }

    /** This node's address is its own by now: whoever had it is dead. */
    private List<Seen> otherMembers(List<Seen> all, Instant since) {
        String own = Cluster.get(system).selfMember().address().toString();
        return all.stream()
                .filter(seen -> seen.member()
                        && seen.seenAt().isAfter(since)
                        && !seen.node().address().equals(own))
                .toList();
    }

    private static void refuseStranger(Traits traits, Seen seen) {
        NodeTraits.against(traits, seen.node().traits()).ifPresent(why -> {
            throw new StartException("This node may not join the cluster on its database: "
                    + seen.node().address() + " " + why + ".");
        });
    }

    private static List<Address> seeds(List<Seen> members) {
        return members.stream()
                .map(seen -> AddressFromURIString.parse(seen.node().address()))
                .toList();
    }

    private static String addresses(List<Seen> members) {
        return members.stream().map(seen -> seen.node().address()).collect(Collectors.joining(", "));
    }

    private static String nobodyIsSeen(Duration within) {
        return "A cluster uses this database, and within " + within.toSeconds()
                + " s none of its nodes could be found there: stop"
                + " them first if they are of an older version, which doesn't write there where it is.";
    }

    private String nobodyAnswers(List<Seen> members, Duration within) {
        return "The cluster on this database can't be joined within " + within.toSeconds() + " s: " + addresses(members)
                + " must reach this node at " + Cluster.get(system).selfMember().address()
                + " and be reached (VIBEE_CLUSTER_HOST on each says where).";
    }

    private boolean isMemberWithin(Duration within) {
        try {
            member.get(within.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        } catch (CancellationException stopped) {
            throw new StartException(
                    wasRefused() ? REFUSED : "This node was stopped before it was a member of a cluster.", stopped);
        } catch (InterruptedException | ExecutionException e) {
            throw new StartException("Interrupted while starting", e);
        }
    }

    private boolean wasRefused() {
        return CoordinatedShutdown.get(system)
                .getShutdownReason()
                .filter(CoordinatedShutdown.incompatibleConfigurationDetectedReason()::equals)
                .isPresent();
    }
}
