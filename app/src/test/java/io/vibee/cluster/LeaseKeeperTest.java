package io.vibee.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.boot.Entity;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.PoolSettings;
import io.vibee.journal.database.TestDatabase;
import io.vibee.persistence.cluster.ClusterLease;
import io.vibee.persistence.cluster.ClusterNodes;
import io.vibee.persistence.cluster.ClusterNodes.Traits;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("The keeper of a lease")
@Timeout(60)
@Tag("database")
class LeaseKeeperTest {

    @Test
    @DisplayName("is back after a fault, and says again that the lease is lost")
    void fault() {
        try (Entity entity = new Entity();
                Database database = Database.open(TestDatabase.fresh(), PoolSettings.defaults())) {
            ClusterLease lease = new ClusterLease(database);
            Entity.await(lease.acquire(LeaseKeeper.NAME, "another", null, Duration.ofMinutes(1)));
            AtomicInteger lost = new AtomicInteger();
            ClusterNodes.Node self = new ClusterNodes.Node(
                    "pekko://vibee@127.0.0.1:1", "this start", "ours", "1.0", new Traits(1, "jwt", "master", null));
            entity.kit().spawn(LeaseKeeper.create(lease, new ClusterNodes(database), self, Optional::empty, () -> {
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
}
