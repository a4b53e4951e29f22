package io.vibee.persistence.cluster;

import io.r2dbc.spi.Readable;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.Query;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;

/** The nodes of the cluster on this database, a row each, by which others find them. All times are the database's. */
public final class ClusterNodes {

    /** Rows of nodes that ended without a word are kept for so long, for whoever looks what happened. */
    private static final Duration KEPT = Duration.ofDays(1);

    private final Database database;

    public ClusterNodes(Database database) {
        this.database = database;
    }

    /**
     * A member of the cluster.
     *
     * @param address of its actor system, as {@code pekko://vibee@10.0.0.7:17355}
     * @param incarnation another one each time that the node starts: the uid of its address in the cluster
     * @param clusterId of the cluster that it is in
     * @param version of its build
     * @param traits what it must have in common with others
     */
    public record Node(String address, String incarnation, String clusterId, String version, Traits traits) {}

    /**
     * What nodes must have in common.
     *
     * @param protocol of what nodes say to each other; a number that grows
     * @param jwtSecretId a fingerprint, as the others
     * @param previousMasterKeyId of the key that is accepted for reading too; null: none
     */
    public record Traits(
            int protocol,
            String jwtSecretId,
            String masterKeyId,
            @Nullable String previousMasterKeyId) {}

    /**
     * A node as it was seen last.
     *
     * @param seenAt when it wrote its row last
     * @param cpuLoad as it wrote it; null: unknown
     * @param member whether it is one now
     */
    public record Seen(
            Node node,
            Instant startedAt,
            Instant seenAt,
            @Nullable Double cpuLoad,
            boolean member) {

        static Seen read(Readable row) {
            return new Seen(
                    new Node(
                            Column.text(row, "address"),
                            Column.text(row, "incarnation"),
                            Column.text(row, "cluster_id"),
                            Column.text(row, "version"),
                            new Traits(
                                    Column.integer(row, "protocol"),
                                    Column.text(row, "jwt_secret_id"),
                                    Column.text(row, "master_key_id"),
                                    row.get("previous_master_key_id", String.class))),
                    Column.instant(row, "started_at"),
                    Column.instant(row, "seen_at"),
                    row.get("cpu_load", Double.class),
                    Column.flag(row, "member"));
        }
    }

    /**
     * Writes that a node is a member now. Whoever had its address before is gone.
     *
     * @param cpuLoad how much of its machine's processors it used lately, from 0 to 1
     * @return false when the others went on without it
     */
    public CompletionStage<Boolean> write(Node node, double cpuLoad) {
        Traits traits = node.traits();
        return database.withConnection(connection -> Query.on(connection, """
                        with gone as (
                          delete from cluster_node where address <> $1 and seen_at < clock_timestamp() - make_interval(secs => $9)
                        )
                        insert into cluster_node as known
                          (address, incarnation, cluster_id, version, protocol, jwt_secret_id, master_key_id,
                           previous_master_key_id, cpu_load, seen_at)
                        values ($1, $2, $3, $4, $5, $6, $7, $8, $10, clock_timestamp())
                        on conflict (address) do update
                           set incarnation = excluded.incarnation, cluster_id = excluded.cluster_id,
                               version = excluded.version, protocol = excluded.protocol,
                               jwt_secret_id = excluded.jwt_secret_id, master_key_id = excluded.master_key_id,
                               previous_master_key_id = excluded.previous_master_key_id,
                               started_at = case when known.incarnation = excluded.incarnation
                                                 then known.started_at else excluded.started_at end,
                               downed_at = case when known.incarnation = excluded.incarnation then known.downed_at end,
                               cpu_load = excluded.cpu_load, seen_at = excluded.seen_at
                        returning downed_at is null as member""")
                        .with(node.address())
                        .with(node.incarnation())
                        .with(node.clusterId())
                        .with(node.version())
                        .with(traits.protocol())
                        .with(traits.jwtSecretId())
                        .with(traits.masterKeyId())
                        .with(traits.previousMasterKeyId(), String.class)
                        .with(KEPT.toMillis() / 1000.0)
                        .with(cpuLoad)
                        .rows(row -> Column.flag(row, "member"))
                        .single())
                .toFuture();
    }

    /** Writes that the others go on without a node. */
    public CompletionStage<Done> down(String address, String incarnation) {
        return database.withConnection(connection -> Query.on(connection, """
                        update cluster_node set downed_at = clock_timestamp()
                         where address = $1 and incarnation = $2 and downed_at is null""")
                        .with(address)
                        .with(incarnation)
                        .update())
                .map(rows -> Done.getInstance())
                .toFuture();
    }

    /** Whether the others went on without a node. */
    public CompletionStage<Boolean> isDowned(String address, String incarnation) {
        return database.withConnection(connection -> Query.on(connection, """
                        select exists (select from cluster_node
                                        where address = $1 and incarnation = $2 and downed_at is not null) as downed""")
                        .with(address)
                        .with(incarnation)
                        .rows(row -> Column.flag(row, "downed"))
                        .single())
                .toFuture();
    }

    /**
     * Every node that there is or lately was, the oldest first: also one that ended without a word up to a day ago.
     *
     * @param lease see {@link ClusterLease}
     * @param within a node counts as a member when it was seen within this time and its cluster holds the lease
     */
    public CompletionStage<List<Seen>> all(String lease, Duration within) {
        return database.withConnection(connection -> Query.on(connection, """
                        select n.*,
                               l.cluster_id is not null and n.seen_at > clock_timestamp() - make_interval(secs => $2) as member
                          from cluster_node n left join cluster_lease l on l.name = $1 and l.cluster_id = n.cluster_id
                         order by n.started_at, n.address""")
                        .with(lease)
                        .with(within.toMillis() / 1000.0)
                        .list(Seen::read))
                .toFuture();
    }

    /** Takes a node's row away, unless its address is another incarnation's by now. */
    public CompletionStage<Done> remove(String address, String incarnation) {
        return database.withConnection(connection -> Query.on(
                                connection, "delete from cluster_node where address = $1 and incarnation = $2")
                        .with(address)
                        .with(incarnation)
                        .update())
                .map(rows -> Done.getInstance())
                .toFuture();
    }
}
