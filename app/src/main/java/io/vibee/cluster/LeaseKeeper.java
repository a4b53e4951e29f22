package io.vibee.cluster;

import io.vibee.persistence.cluster.ClusterLease;
import java.time.Duration;
import java.util.Optional;
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

/** Renews this node's formation lease until it is released or another cluster has won it. It makes one call at a time. */
final class LeaseKeeper extends AbstractBehavior<LeaseKeeper.Command> {

    static final String NAME = "vibee";
    static final Duration TIME_TO_LIVE = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);
    private static final Duration RENEW_EVERY = Duration.ofSeconds(3);

    sealed interface Command {}

    /** Ends. Before that it gives the lease back, unless other members of the cluster go on or another cluster has it. */
    record Stop(boolean giveBack, ActorRef<Done> replyTo) implements Command {}

    private enum Renew implements Command {
        NOW
    }

    private record Renewed(@Nullable Boolean held, @Nullable Throwable failure) implements Command {}

    private record Released(ActorRef<Done> replyTo) implements Command {}

    private final TimerScheduler<Command> timers;
    private final ClusterLease lease;
    private final String clusterId;
    private final Supplier<Optional<String>> soleNode;
    private final Runnable whenLost;
    private boolean renewing;
    private @Nullable Stop stop;

    private LeaseKeeper(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            ClusterLease lease,
            String clusterId,
            Supplier<Optional<String>> soleNode,
            Runnable whenLost) {
        super(context);
        this.timers = timers;
        this.lease = lease;
        this.clusterId = clusterId;
        this.soleNode = soleNode;
        this.whenLost = whenLost;
        renew();
    }

    /**
     * Renews at once and then every {@link #RENEW_EVERY}.
     *
     * @param soleNode this node if it is the cluster's only member now
     * @param whenLost called when another cluster has won
     */
    static Behavior<Command> create(
            ClusterLease lease, String clusterId, Supplier<Optional<String>> soleNode, Runnable whenLost) {
        return NodeParts.supervised(
                "formation-lease",
                Behaviors.setup(context -> Behaviors.withTimers(
                        timers -> new LeaseKeeper(context, timers, lease, clusterId, soleNode, whenLost))));
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
        getContext().pipeToSelf(lease.renew(NAME, clusterId, soleNode.get().orElse(null), TIME_TO_LIVE), Renewed::new);
        return this;
    }

    private Behavior<Command> onRenewed(Renewed renewed) {
        renewing = false;
        if (stop != null) {
            return giveBack(stop);
        }
        if (renewed.failure() != null) {
            LOG.warn(
                    "the cluster's lease could not be renewed, it is tried again: {}",
                    renewed.failure().toString());
        } else if (!Boolean.TRUE.equals(renewed.held())) {
            LOG.error("another cluster has won this database: this node stops");
            whenLost.run();
            return this;
        }
        timers.startSingleTimer(Renew.NOW, RENEW_EVERY);
        return this;
    }

    /** Waits for a renewal that is under way, which would take the lease again. */
    private Behavior<Command> onStop(Stop asked) {
        timers.cancelAll();
        if (!asked.giveBack()) {
            asked.replyTo().tell(Done.getInstance());
            return Behaviors.stopped();
        }
        stop = asked;
        return renewing ? this : giveBack(asked);
    }

    private Behavior<Command> giveBack(Stop asked) {
        getContext().pipeToSelf(lease.release(NAME, clusterId), (released, failure) -> new Released(asked.replyTo()));
        return this;
    }
}
