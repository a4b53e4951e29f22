package io.vibee.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.vibee.journal.Eventually;
import io.vibee.journal.ThrowsIn;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.coordination.lease.LeaseSettings;
import org.apache.pekko.coordination.lease.javadsl.Lease;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("Who looks at members that don't answer")
@Timeout(120)
@Tag("database")
class CrashedMembersTest {

    private static final AtomicInteger ASKED = new AtomicInteger();

    /** Anybody gets it, but the first who asks meets a defect. */
    public static final class FaultyLease extends Lease {
        private final LeaseSettings settings;

        public FaultyLease(LeaseSettings settings, ExtendedActorSystem system) {
            this.settings = settings;
        }

        @Override
        public LeaseSettings getSettings() {
            return settings;
        }

        @Override
        public CompletionStage<Boolean> acquire() {
            if (ASKED.incrementAndGet() == 1) {
                throw new IllegalStateException("a defect");
            }
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public CompletionStage<Boolean> acquire(Consumer<Optional<Throwable>> lost) {
            return acquire();
        }

        @Override
        public CompletionStage<Boolean> release() {
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public boolean checkLease() {
            return false;
        }
    }

    /** Nobody else downs a member here. */
    private static Config config(DatabaseUrl database) {
        return ConfigFactory.parseString("""
                        pekko {
                          actor.provider = cluster
                          loglevel = WARNING
                          remote.artery {
                            transport = tcp
                            canonical { hostname = "127.0.0.1", port = 0 }
                          }
                          cluster {
                            downing-provider-class = ""
                            failure-detector { heartbeat-interval = 200ms, acceptable-heartbeat-pause = 1s }
                          }
                          coordinated-shutdown.run-by-actor-system-terminate = off
                        }
                        vibee.cluster.downing-lease.lease-class = "%s"
                        """.formatted(FaultyLease.class.getName()))
                .withValue("pekko.persistence.postgres.database.url", ConfigValueFactory.fromAnyRef(database.reveal()))
                .withFallback(ConfigFactory.load());
    }

    @Test
    @ThrowsIn(CrashedMembers.class)
    @DisplayName("begins again after a fault, and goes on without the one whose process has ended")
    void fault() {
        Config config = config(TestDatabase.fresh());
        ActorTestKit staying = ActorTestKit.create("vibee", config);
        try {
            ActorTestKit crashing = ActorTestKit.create("vibee", config);
            Cluster cluster = Cluster.get(staying.system());
            Cluster other = Cluster.get(crashing.system());
            cluster.manager().tell(Join.create(cluster.selfMember().address()));
            other.manager().tell(Join.create(cluster.selfMember().address()));
            Eventually.holds(() -> assertThat(cluster.state().getMembers())
                    .hasSize(2)
                    .allSatisfy(member -> assertThat(member.status()).isEqualTo(MemberStatus.up())));
            staying.spawn(CrashedMembers.create());

            crashing.system().terminate();

            Eventually.holds(() -> assertThat(cluster.state().getMembers()).hasSize(1));
            assertThat(ASKED).hasValue(2);
        } finally {
            staying.shutdownTestKit();
        }
    }
}
