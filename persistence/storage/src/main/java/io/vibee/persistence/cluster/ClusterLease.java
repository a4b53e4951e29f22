package io.vibee.persistence.cluster;

import io.vibee.journal.database.Database;
import io.vibee.journal.database.Query;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A row that one cluster holds for a time. All times are the database's, so the nodes' clocks don't matter. It guards only the
 * forming of a cluster. A formed cluster outlives an outage of the database; then it renews the lease, or learns that another
 * cluster took it.
 */
public final class ClusterLease {

    private final Database database;

    public ClusterLease(Database database) {
        this.database = database;
    }

    /**
     * Takes the lease when it is free, has expired, is the cluster's own or was last renewed by this very node as the only member of its
     * cluster; false when another cluster holds it.
     *
     * @param node names a node of which only one can run at a time; null where none can be named
     */
    public CompletionStage<Boolean> acquire(String name, String clusterId, @Nullable String node, Duration timeToLive) {
        return changes("""
                insert into cluster_lease (name, cluster_id, sole_node, expires_at)
                values ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))
                on conflict (name) do update
                   set cluster_id = excluded.cluster_id, sole_node = excluded.sole_node,
                       expires_at = clock_timestamp() + make_interval(secs => $4)
                 where cluster_lease.cluster_id = excluded.cluster_id
                    or cluster_lease.sole_node = excluded.sole_node
                    or cluster_lease.expires_at <= clock_timestamp()""", name, clusterId, node, timeToLive);
    }

    /**
     * Renews the lease, even one that has expired or is gone, unless another cluster took it: then the answer is false.
     *
     * @param soleNode as in {@link #acquire}, if it is the cluster's only member; else null
     */
    public CompletionStage<Boolean> renew(
            String name, String clusterId, @Nullable String soleNode, Duration timeToLive) {
        return changes("""
                insert into cluster_lease (name, cluster_id, sole_node, expires_at)
                values ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))
                on conflict (name) do update
                   set sole_node = excluded.sole_node, expires_at = clock_timestamp() + make_interval(secs => $4)
                 where cluster_lease.cluster_id = excluded.cluster_id""", name, clusterId, soleNode, timeToLive);
    }

    /** Gives the lease back; false when it was not this cluster's. */
    public CompletionStage<Boolean> release(String name, String clusterId) {
        return database.withConnection(connection -> Query.on(
                                connection, "delete from cluster_lease where name = $1 and cluster_id = $2")
                        .with(name)
                        .with(clusterId)
                        .update())
                .map(rows -> rows > 0)
                .toFuture();
    }

    private CompletionStage<Boolean> changes(
            String sql, String name, String clusterId, @Nullable String node, Duration timeToLive) {
        return database.withConnection(connection -> Query.on(connection, sql)
                        .with(name)
                        .with(clusterId)
                        .with(node, String.class)
                        .with(timeToLive.toMillis() / 1000.0)
                        .update())
                .map(rows -> rows > 0)
                .toFuture();
    }
}
