package io.vibee.cluster;

import io.vibee.persistence.cluster.ClusterLease;
import io.vibee.persistence.database.Database;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.StreamSupport;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps two clusters off one database. Whoever is about to form a cluster must win a row first; the members of the formed cluster
 * renew it and outlive an outage of the database. A member that finds that another cluster has won meanwhile stops itself.
 */
public final class FormationLease {

    private static final Logger LOG = LoggerFactory.getLogger(FormationLease.class);
    private static final String NAME = "vibee";
    private static final Duration TIME_TO_LIVE = Duration.ofSeconds(10);
    private static final Duration RENEW_EVERY = Duration.ofSeconds(3);
    private static final String ID = "vibee.cluster.formation-id";

    private sealed interface Command {}

    private enum Renew implements Command {
        NOW
    }

    private record Renewed(@Nullable Boolean held, @Nullable Throwable failure) implements Command {}

    private final ClusterLease lease;
    private final String ownId;

    public FormationLease(ClusterLease lease, String ownId) {
        this.lease = lease;
        this.ownId = ownId;
    }

    /** For the cluster that this node would form; its id is the system's {@code vibee.cluster.formation-id}. */
    public static FormationLease of(ClassicActorSystemProvider system) {
        return new FormationLease(
                new ClusterLease(Database.get(system)),
                system.classicSystem().settings().config().getString(ID));
    }

    /** Tries once to win; false while another cluster's lease lives. */
    public CompletionStage<Boolean> tryAcquire() {
        return lease.acquire(NAME, ownId, TIME_TO_LIVE);
    }

    /**
     * Renews, as a member of the formed cluster, for as long as the system lives.
     *
     * @param whenLost called when another cluster has won
     */
    public CompletionStage<Done> keep(ActorSystem<?> system, Runnable whenLost) {
        return lease.holder(NAME).thenApply(holder -> {
            String clusterId = holder.orElse(ownId);
            system.systemActorOf(renewing(clusterId, whenLost), "formation-lease", Props.empty());
            return Done.getInstance();
        });
    }

    /** Lets another cluster form at once, when this was the last member. */
    public CompletionStage<Done> release(ActorSystem<?> system) {
        Cluster cluster = Cluster.get(system);
        boolean others = StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
                .anyMatch(member ->
                        !member.uniqueAddress().equals(cluster.selfMember().uniqueAddress()));
        return others
                ? CompletableFuture.completedStage(Done.getInstance())
                : lease.holder(NAME)
                        .thenCompose(holder -> lease.release(NAME, holder.orElse(ownId)))
                        .thenApply(released -> Done.getInstance());
    }

    private Behavior<Command> renewing(String clusterId, Runnable whenLost) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(Renew.NOW, RENEW_EVERY);
            return Behaviors.receive(Command.class)
                    .onMessage(Renew.class, renew -> {
                        context.pipeToSelf(lease.renew(NAME, clusterId, TIME_TO_LIVE), Renewed::new);
                        return Behaviors.same();
                    })
                    .onMessage(Renewed.class, renewed -> onRenewed(renewed, whenLost))
                    .build();
        }));
    }

    private Behavior<Command> onRenewed(Renewed renewed, Runnable whenLost) {
        if (renewed.failure() != null) {
            LOG.warn(
                    "the cluster's lease could not be renewed, it is tried again: {}",
                    renewed.failure().toString());
        } else if (!Boolean.TRUE.equals(renewed.held())) {
            LOG.error("another cluster has won this database: this node stops");
            whenLost.run();
            return Behaviors.stopped();
        }
        return Behaviors.same();
    }
}
