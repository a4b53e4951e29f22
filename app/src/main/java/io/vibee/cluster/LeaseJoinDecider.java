package io.vibee.cluster;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.management.cluster.bootstrap.ClusterBootstrapSettings;
import org.apache.pekko.management.cluster.bootstrap.JoinDecision;
import org.apache.pekko.management.cluster.bootstrap.JoinSelf$;
import org.apache.pekko.management.cluster.bootstrap.KeepProbing$;
import org.apache.pekko.management.cluster.bootstrap.LowestAddressJoinDecider;
import org.apache.pekko.management.cluster.bootstrap.SeedNodesInformation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.concurrent.Future;
import scala.jdk.javaapi.FutureConverters;

/**
 * Cluster bootstrap's usual decider, with one change: a node forms a new cluster only when it wins the {@link FormationLease}. The lease
 * keeps a second cluster off, so a node doesn't wait forever for contact points that never answer.
 */
public final class LeaseJoinDecider extends LowestAddressJoinDecider {

    private static final Logger LOG = LoggerFactory.getLogger(LeaseJoinDecider.class);
    /** Nodes that start together find each other within this time and form one cluster at once. */
    private static final Duration ALONE_AFTER = Duration.ofSeconds(15);

    private final ActorSystem system;
    private final long startedAt = System.nanoTime();
    private volatile String told = "";

    public LeaseJoinDecider(ActorSystem system, ClusterBootstrapSettings settings) {
        super(system, settings);
        this.system = system;
    }

    @Override
    public Future<JoinDecision> decide(SeedNodesInformation info) {
        CompletionStage<JoinDecision> decided = FutureConverters.asJava(super.decide(info))
                .thenCompose(decision -> decision == JoinSelf$.MODULE$ || waitedLongEnough(info)
                        ? form()
                        : CompletableFuture.completedStage(decision));
        return FutureConverters.asScala(decided);
    }

    private boolean waitedLongEnough(SeedNodesInformation info) {
        return !info.hasSeedNodes() && System.nanoTime() - startedAt > ALONE_AFTER.toNanos();
    }

    private CompletionStage<JoinDecision> form() {
        return FormationLease.of(system)
                .tryAcquire()
                .handle((won, failure) -> Boolean.TRUE.equals(won) ? JoinSelf$.MODULE$ : notNow(failure));
    }

    private JoinDecision notNow(@Nullable Throwable failure) {
        String why = failure == null ? "another one uses this database" : failure.toString();
        if (!why.equals(told)) {
            told = why;
            LOG.warn("no cluster is formed: {}", why);
        }
        return KeepProbing$.MODULE$;
    }
}
