package io.vibee.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.boot.Entity;
import io.vibee.journal.Eventually;
import io.vibee.journal.ThrowsIn;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.PoolSettings;
import io.vibee.journal.database.TestDatabase;
import io.vibee.persistence.cluster.ClusterLease;
import io.vibee.persistence.cluster.ClusterNodes;
import io.vibee.persistence.cluster.ClusterNodes.Traits;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.Done;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("The keeper of a lease")
@Timeout(60)
@Tag("database")
class LeaseKeeperTest {

    private static final ClusterNodes.Node SELF = new ClusterNodes.Node(
            "pekko://vibee@127.0.0.1:1", "this start", "ours", "1.0", new Traits(1, "jwt", "master", null));

    @Test
    @ThrowsIn(LeaseKeeper.class)
    @DisplayName("is back after a fault, and says again that the lease is lost")
    void fault() {
        try (Entity entity = new Entity();
                Database database = Database.open(TestDatabase.fresh(), PoolSettings.defaults())) {
            ClusterLease lease = new ClusterLease(database);
            Entity.await(lease.acquire(LeaseKeeper.NAME, "another", null, Duration.ofMinutes(1)));
            AtomicInteger lost = new AtomicInteger();
            entity.kit().spawn(LeaseKeeper.create(lease, new ClusterNodes(database), SELF, Optional::empty, () -> {
                if (lost.incrementAndGet() == 1) {
                    throw new IllegalStateException("a defect");
                }
            }));

            entity.probe().awaitAssert(Duration.ofSeconds(20), () -> {
                assertThat(lost).hasValue(2);
                return true;
            });
        }
    }

    @Test
    @DisplayName("says that the others have gone on without its node, and not without an earlier one at its address")
    void downed() {
        try (Entity entity = new Entity();
                Database database = Database.open(TestDatabase.fresh(), PoolSettings.defaults())) {
            ClusterNodes nodes = new ClusterNodes(database);
            CompletableFuture<Done> lost = new CompletableFuture<>();
            entity.kit()
                    .spawn(LeaseKeeper.create(
                            new ClusterLease(database),
                            nodes,
                            SELF,
                            Optional::empty,
                            () -> lost.complete(Done.getInstance())));
            Eventually.until(
                    "its row is written",
                    Eventually.PATIENCE,
                    () -> !Entity.await(nodes.all(LeaseKeeper.NAME, LeaseKeeper.TIME_TO_LIVE))
                            .isEmpty());

            Entity.await(nodes.down(SELF.address(), "an earlier start"));
            assertThat(Entity.await(nodes.isDowned(SELF.address(), SELF.incarnation())))
                    .isFalse();
            Entity.await(nodes.down(SELF.address(), SELF.incarnation()));
            assertThat(Entity.await(nodes.isDowned(SELF.address(), SELF.incarnation())))
                    .isTrue();
            assertThat(Eventually.value(lost)).isEqualTo(Done.getInstance());
        }
    }
}
