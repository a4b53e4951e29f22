package io.vibee.cluster;

import io.vibee.persistence.cluster.ClusterLease;
import io.vibee.persistence.cluster.ClusterNodes;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the cluster's formation lease, and this node's row among its members, until it is told to stop, another cluster has won the
 * lease, or the others went on without this node. It makes one call at a time.
 */
public final class LeaseKeeper extends AbstractBehavior<LeaseKeeper.Command> {

    /** Of the lease. */
    public static final String NAME = "vibee";

    /** Of the lease without a renewal. A member that wrote no row for so long is not asked to let others in. */
    public static final Duration TIME_TO_LIVE = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);
    private static final Duration RENEW_EVERY = Duration.ofSeconds(3);

    sealed interface Command {}

    /**
     * Ends. Before that it takes the node's row away and gives the lease back, unless other members of the cluster go on or another
     * cluster has it.
     */
    record Stop(boolean giveBack, ActorRef<Done> replyTo) implements Command {}

    private enum Renew implements Command {
        NOW
    }

    private enum Held {
        YES,
        /** Another cluster has it. */
        LOST,
        /** The cluster has it, and went on without this node. */
        DOWNED
    }

    private record Renewed(@Nullable Held held, @Nullable Throwable failure) implements Command {}

    private record Released(ActorRef<Done> replyTo) implements Command {}

    private final TimerScheduler<Command> timers;
    private final ClusterLease lease;
    private final ClusterNodes nodes;
    private final ClusterNodes.Node self;
    private final Supplier<Optional<String>> soleNode;
    private final Runnable whenLost;
    private boolean renewing;
    private @Nullable Stop stop;

    private LeaseKeeper(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            ClusterLease lease,
            ClusterNodes nodes,
            ClusterNodes.Node self,
            Supplier<Optional<String>> soleNode,
            Runnable whenLost) {
        super(context);
        this.timers = timers;
        this.lease = lease;
        this.nodes = nodes;
        this.self = self;
        this.soleNode = soleNode;
        this.whenLost = whenLost;
        renew();
    }

    /**
     * Renews at once and then every {@link #RENEW_EVERY}.
     *
     * @param self the node, in the cluster whose lease it is
     * @param soleNode this node if it is the cluster's only member now
     * @param whenLost called when another cluster has won, or the others went on without this node
     */
    static Behavior<Command> create(
            ClusterLease lease,
            ClusterNodes nodes,
            ClusterNodes.Node self,
            Supplier<Optional<String>> soleNode,
            Runnable whenLost) {
        return NodeParts.supervised(
                "formation-lease",
                Behaviors.setup(context -> Behaviors.withTimers(
                        timers -> new LeaseKeeper(context, timers, lease, nodes, self, soleNode, whenLost))));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Renew.class, renew -> renew())
                .onMessage(Renewed.class, this::onRenewed)
                .onMessage(Stop.class, this::onStop)
                .onMessage(Released.class, released -> {
                    released.replyTo().tell(Done.getInstance());
                    return Behaviors.stopped();
                })
                .build();
    }

    private Behavior<Command> renew() {
        renewing = true;
        getContext()
                .pipeToSelf(
                        lease.renew(NAME, self.clusterId(), soleNode.get().orElse(null), TIME_TO_LIVE)
                                .thenCompose(held -> held
                                        ? nodes.write(self, cpuLoad())
                                                .thenApply(member -> member ? Held.YES : Held.DOWNED)
                                        : CompletableFuture.completedStage(Held.LOST)),
                        Renewed::new);
        return this;
    }

    private static double cpuLoad() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean machine
                ? Math.max(0, machine.getProcessCpuLoad())
                : 0;
    }

    private Behavior<Command> onRenewed(Renewed renewed) {
        renewing = false;
        if (stop != null) {
            return end(stop);
        }
        if (renewed.failure() != null) {
            LOG.warn(
                    "the cluster's lease could not be renewed, it is tried again: {}",
                    renewed.failure().toString());
        } else if (renewed.held() != Held.YES) {
            LOG.error(
                    renewed.held() == Held.DOWNED
                            ? "this node was silent for so long that the others went on without it: it stops"
                            : "another cluster has won this database: this node stops");
            whenLost.run();
            return this;
        }
        timers.startSingleTimer(Renew.NOW, RENEW_EVERY);
        return this;
    }

    /** Waits for a renewal that is under way, which would take the lease again. */
    private Behavior<Command> onStop(Stop asked) {
        timers.cancelAll();
        stop = asked;
        return renewing ? this : end(asked);
    }

    private Behavior<Command> end(Stop asked) {
        getContext()
                .pipeToSelf(
                        nodes.remove(self.address(), self.incarnation())
                                .thenCompose(removed -> asked.giveBack()
                                        ? lease.release(NAME, self.clusterId())
                                        : CompletableFuture.completedStage(false)),
                        (released, failure) -> new Released(asked.replyTo()));
        return this;
    }
}
