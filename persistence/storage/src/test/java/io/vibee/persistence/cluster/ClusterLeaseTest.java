package io.vibee.persistence.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.persistence.DatabaseSpecification;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("database")
class ClusterLeaseTest extends DatabaseSpecification {

    private static final Duration TTL = Duration.ofSeconds(10);

    private final ClusterLease lease = new ClusterLease(database);

    @Test
    void isHeldByOneClusterAtATime() {
        assertThat(acquire("one")).isTrue();
        assertThat(acquire("one")).as("again").isTrue();
        assertThat(acquire("two")).isFalse();
        assertThat(await(lease.renew("vibee", "two", null, TTL))).isFalse();
        assertThat(await(lease.release("vibee", "two"))).isFalse();
    }

    @Test
    void isFreeOnceExpiredUnlessItsHolderRenewsFirst() {
        acquire("one");
        expire();
        assertThat(await(lease.renew("vibee", "one", null, TTL))).isTrue();
        assertThat(acquire("two")).isFalse();

        expire();
        assertThat(acquire("two")).isTrue();
        assertThat(await(lease.renew("vibee", "one", null, TTL)))
                .as("another has won")
                .isFalse();
    }

    @Test
    void isFreeOnceReleased() {
        acquire("one");

        assertThat(await(lease.release("vibee", "one"))).isTrue();
        assertThat(acquire("two")).isTrue();
    }

    @Test
    void isTakenAgainByItsHolderWhenItIsGone() {
        acquire("one");
        execute("delete from cluster_lease");

        assertThat(await(lease.renew("vibee", "one", null, TTL))).isTrue();
        assertThat(acquire("two")).isFalse();
    }

    @Test
    void isWonByOneOfManyWhoAskAtOnce() {
        for (int round = 0; round < 5; round++) {
            List<Boolean> won = awaitAll(IntStream.range(0, 10)
                    .mapToObj(i -> lease.acquire("vibee", "cluster-" + i, "node-" + i, TTL))
                    .toList());

            assertThat(won).filteredOn(Boolean::booleanValue).hasSize(1);
            execute("update cluster_lease set cluster_id = 'gone'");
            expire();
        }
    }

    @Test
    void isTakenAtOnceByTheNodeThatWasAlone() {
        assertThat(acquire("one", "here")).isTrue();
        assertThat(acquire("two", "elsewhere")).isFalse();
        assertThat(acquire("two", null)).isFalse();
        assertThat(acquire("two", "here")).as("started again").isTrue();
        assertThat(renew("one", "here")).as("of the dead one").isFalse();

        assertThat(renew("two", null)).as("another has joined").isTrue();
        assertThat(acquire("three", "here")).isFalse();
        assertThat(renew("two", "elsewhere")).as("and is alone now").isTrue();
        assertThat(acquire("three", "here")).isFalse();
        assertThat(acquire("three", "elsewhere")).isTrue();
    }

    private boolean acquire(String cluster, @Nullable String node) {
        return await(lease.acquire("vibee", cluster, node, TTL));
    }

    private boolean renew(String cluster, @Nullable String soleNode) {
        return await(lease.renew("vibee", cluster, soleNode, TTL));
    }

    private boolean acquire(String cluster) {
        return await(lease.acquire("vibee", cluster, null, TTL));
    }

    private void expire() {
        execute("update cluster_lease set expires_at = now() - interval '1 second'");
    }
}
