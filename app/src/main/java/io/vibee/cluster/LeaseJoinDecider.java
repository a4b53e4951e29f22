package io.vibee.cluster;

import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.management.cluster.bootstrap.ClusterBootstrapSettings;
import org.apache.pekko.management.cluster.bootstrap.JoinDecision;
import org.apache.pekko.management.cluster.bootstrap.JoinSelf$;
import org.apache.pekko.management.cluster.bootstrap.KeepProbing$;
import org.apache.pekko.management.cluster.bootstrap.LowestAddressJoinDecider;
import org.apache.pekko.management.cluster.bootstrap.SeedNodesInformation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.concurrent.Future;
import scala.jdk.javaapi.FutureConverters;

/** Cluster bootstrap's usual decider, but a node forms a new cluster only when it wins the {@link FormationLease}. */
public final class LeaseJoinDecider extends LowestAddressJoinDecider {

    private static final Logger LOG = LoggerFactory.getLogger(LeaseJoinDecider.class);

    private final ActorSystem system;

    public LeaseJoinDecider(ActorSystem system, ClusterBootstrapSettings settings) {
        super(system, settings);
        this.system = system;
    }

    @Override
    public Future<JoinDecision> decide(SeedNodesInformation info) {
        CompletionStage<JoinDecision> decided = FutureConverters.asJava(super.decide(info))
                .thenCompose(decision -> decision == JoinSelf$.MODULE$
                        ? FormationLease.of(system)
                                .tryAcquire()
                                .handle((won, failure) -> Boolean.TRUE.equals(won) ? decision : notNow(failure))
                        : java.util.concurrent.CompletableFuture.completedStage(decision));
        return FutureConverters.asScala(decided);
    }

    private static JoinDecision notNow(@org.jspecify.annotations.Nullable Throwable failure) {
        LOG.warn("no cluster is formed: {}", failure == null ? "another one uses this database" : failure.toString());
        return KeepProbing$.MODULE$;
    }
}
