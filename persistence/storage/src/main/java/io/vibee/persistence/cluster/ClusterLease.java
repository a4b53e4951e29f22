package io.vibee.persistence.cluster;

import io.vibee.journal.database.Column;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.Query;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

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

    /** Takes the lease when it is free, has expired or is the cluster's own; false when another cluster holds it. */
    public CompletionStage<Boolean> acquire(String name, String clusterId, Duration timeToLive) {
        return changes("""
                insert into cluster_lease (name, cluster_id, expires_at)
                values ($1, $2, clock_timestamp() + make_interval(secs => $3))
                on conflict (name) do update
                   set cluster_id = excluded.cluster_id,
                       expires_at = clock_timestamp() + make_interval(secs => $3)
                 where cluster_lease.cluster_id = excluded.cluster_id
                    or cluster_lease.expires_at <= clock_timestamp()""", name, clusterId, timeToLive);
    }

    /** Renews the lease, even one that has expired or is gone, unless another cluster took it: then the answer is false. */
    public CompletionStage<Boolean> renew(String name, String clusterId, Duration timeToLive) {
        return changes("""
                insert into cluster_lease (name, cluster_id, expires_at)
                values ($1, $2, clock_timestamp() + make_interval(secs => $3))
                on conflict (name) do update
                   set expires_at = clock_timestamp() + make_interval(secs => $3)
                 where cluster_lease.cluster_id = excluded.cluster_id""", name, clusterId, timeToLive);
    }

    /** The cluster that took the lease last, even if it has expired; empty when it was given back. */
    public CompletionStage<Optional<String>> holder(String name) {
        return database.withConnection(
                        connection -> Query.on(connection, "select cluster_id from cluster_lease where name = $1")
                                .with(name)
                                .one(row -> Column.text(row, "cluster_id")))
                .toFuture();
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

    private CompletionStage<Boolean> changes(String sql, String name, String clusterId, Duration timeToLive) {
        return database.withConnection(connection -> Query.on(connection, sql)
                        .with(name)
                        .with(clusterId)
                        .with(timeToLive.toMillis() / 1000.0)
                        .update())
                .map(rows -> rows > 0)
                .toFuture();
    }
}
