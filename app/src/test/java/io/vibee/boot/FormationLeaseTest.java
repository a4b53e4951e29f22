package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.cluster.FormationLease;
import io.vibee.journal.Eventually;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import io.vibee.persistence.cluster.ClusterLease;
import io.vibee.persistence.cluster.ClusterNodes;
import io.vibee.persistence.cluster.ClusterNodes.Traits;
import io.vibee.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("A cluster that wants to form on a database")
@Tag("node")
class FormationLeaseTest {

    private static final Map<String, String> ANY_PORTS = Map.of(
            "JWT_SECRET", "the JWT secret of tests, long enough",
            "VIBEE_MASTER_KEY", "the master key of tests, long enough",
            "VIBEE_HTTP_PORT", "0",
            "VIBEE_CLUSTER_PORT", "0",
            "VIBEE_MANAGEMENT_PORT", "0");
    private static final Outside OUTSIDE = new Outside();
    private static final DatabaseUrl DATABASE = TestDatabase.fresh();
    private static final ClusterNodes.Node SELF = new ClusterNodes.Node(
            "pekko://vibee@127.0.0.1:1", "this start", "formed", "1.0", new Traits(1, "jwt", "master", null));
    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.on(DATABASE, OUTSIDE).start();
    }

    @AfterAll
    static void stop() {
        node.close();
        OUTSIDE.close();
    }

    @BeforeEach
    void nobodyHoldsIt() {
        new Journal(DATABASE).execute("delete from cluster_lease");
    }

    private static FormationLease lease(String clusterId) {
        return lease(clusterId, "here");
    }

    private static FormationLease lease(String clusterId, String place) {
        return new FormationLease(new ClusterLease(Database.get(node.system())), clusterId, Optional.of(place));
    }

    private static boolean won(FormationLease lease) {
        return Eventually.value(lease.tryAcquire());
    }

    @Test
    @DisplayName("must win its lease: it does not while another's lives, and does at once when that is gone or expired")
    void exclusive() {
        Journal journal = new Journal(DATABASE);
        FormationLease first = lease("first");
        FormationLease second = lease("second", "elsewhere");
        assertThat(won(first)).isTrue();
        assertThat(won(second)).isFalse();
        assertThat(won(first)).as("its own").isTrue();
        journal.execute("delete from cluster_lease");
        assertThat(won(second)).isTrue();
        assertThat(won(first)).isFalse();
        journal.execute("update cluster_lease set expires_at = now() - interval '1 second'");
        assertThat(won(first)).isTrue();
    }

    @Test
    @DisplayName("and has formed keeps the lease, and stops when another has won it meanwhile")
    void kept() {
        Journal journal = new Journal(DATABASE);
        FormationLease formed = lease("formed");
        assertThat(won(formed)).isTrue();
        CompletableFuture<Done> lost = new CompletableFuture<>();
        formed.keep(
                node.system(),
                new ClusterNodes(Database.get(node.system())),
                SELF,
                () -> lost.complete(Done.getInstance()));
        journal.execute("update cluster_lease set expires_at = now() + interval '1 second'");
        Eventually.holds(() -> assertThat(
                        journal.rows("select 1 from cluster_lease where expires_at > now() + interval '5 seconds'"))
                .as("renewed")
                .hasSize(1));
        assertThat(journal.rows("select 1 from cluster_lease where sole_node = 'here'"))
                .as("by its only member")
                .hasSize(1);
        assertThat(lost).isNotDone();

        journal.execute("update cluster_lease set cluster_id = 'another'");
        assertThat(Eventually.value(lost)).isEqualTo(Done.getInstance());
    }

    @Test
    @DisplayName("is joined by a node that starts on it, and lives on when the first leaves")
    void joined() {
        Map<String, String> environment = new HashMap<>(ANY_PORTS);
        DatabaseUrl database = TestDatabase.fresh();
        environment.put("DATABASE_URL", database.reveal());
        Journal journal = new Journal(database);
        Service first = service(environment);
        Service second = service(environment);
        assertThat(journal.rows("select distinct cluster_id from cluster_lease where name = 'vibee'"))
                .containsExactlyElementsOf(journal.rows("select distinct cluster_id from cluster_node"));
        Eventually.holds(() -> assertThat(
                        journal.rows("select address from cluster_node where seen_at > now() - interval '5 s'"))
                .hasSize(2));

        Eventually.value(first.stop());
        assertThat(journal.rows("select address from cluster_node"))
                .as("who left has no row")
                .hasSize(1);
        Service third = service(environment);
        Eventually.holds(() ->
                assertThat(journal.rows("select address from cluster_node")).hasSize(2));

        Eventually.value(second.stop());
        Eventually.value(third.stop());
        assertThat(journal.rows(
                        "select 1 from cluster_node union all select 1 from cluster_lease where name = 'vibee'"))
                .as("the last one that left gave the lease back")
                .isEmpty();
    }

    @Test
    @DisplayName("refuses a node with other secrets by one line that says which")
    void strangers() {
        Map<String, String> environment = new HashMap<>(ANY_PORTS);
        environment.put("DATABASE_URL", TestDatabase.fresh().reveal());
        Service first = service(environment);
        Eventually.holds(() -> assertThat(new Journal(DatabaseUrl.parse(environment.get("DATABASE_URL")))
                        .rows("select address from cluster_node"))
                .hasSize(1));

        for (String variable : List.of("JWT_SECRET", "VIBEE_MASTER_KEY")) {
            Map<String, String> other = new HashMap<>(environment);
            other.put(variable, "another secret of tests, long enough");
            assertThatThrownBy(() -> service(other))
                    .isInstanceOf(StartException.class)
                    .hasMessageMatching(
                            "This node may not join the cluster on its database: pekko://vibee@127\\.0\\.0\\.1:[0-9]+"
                                    + " has another " + variable + "\\. .*");
        }

        Eventually.value(first.stop());
    }

    @Test
    @DisplayName("refuses a node on another database that finds it all the same, by one line")
    void otherDatabase() {
        Map<String, String> environment = new HashMap<>(ANY_PORTS);
        DatabaseUrl database = TestDatabase.fresh();
        environment.put("DATABASE_URL", database.reveal());
        Service member = service(environment);
        DatabaseUrl other = TestDatabase.fresh();
        showNodeOf(database, other, 3600);
        environment.put("DATABASE_URL", other.reveal());

        assertThatThrownBy(() -> service(environment))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("The cluster refused this node: another DATABASE_URL,")
                .message()
                .doesNotContain("\n");

        Eventually.value(member.stop());
    }

    @Test
    @DisplayName("is not asked by a node on a copy of its database")
    void copiedDatabase() {
        Map<String, String> environment = new HashMap<>(ANY_PORTS);
        DatabaseUrl database = TestDatabase.fresh();
        environment.put("DATABASE_URL", database.reveal());
        Service member = service(environment);
        DatabaseUrl copy = TestDatabase.fresh();
        showNodeOf(database, copy, 0);
        environment.put("DATABASE_URL", copy.reveal());

        Service alone = service(environment);

        assertThat(new Journal(copy).rows("select cluster_id from cluster_lease where name = 'vibee'"))
                .as("the id of its own cluster")
                .isNotEqualTo(new Journal(database).rows("select cluster_id from cluster_lease where name = 'vibee'"));
        Eventually.value(alone.stop());
        Eventually.value(member.stop());
    }

    /** Writes a node's row into another database too, as if it had been seen there so many seconds from now. */
    private static void showNodeOf(DatabaseUrl database, DatabaseUrl other, int seconds) {
        List<String> row = Eventually.gives(() -> {
            List<List<String>> rows = new Journal(database)
                    .rows("select address, cluster_id, protocol, jwt_secret_id, master_key_id from cluster_node");
            assertThat(rows).hasSize(1);
            return rows.getFirst();
        });
        Journal shown = new Journal(other);
        shown.execute("""
                insert into cluster_node (address, incarnation, cluster_id, version, protocol, jwt_secret_id, master_key_id, seen_at)
                values ('%s', '1', '%s', '1.0', %s, '%s', '%s', clock_timestamp() + make_interval(secs => %d))""".formatted(row.get(0), row.get(1), row.get(2), row.get(3), row.get(4), seconds));
        shown.execute("""
                insert into cluster_lease (name, cluster_id, expires_at)
                values ('vibee', '%s', clock_timestamp() + interval '5 s')""".formatted(row.get(1)));
    }

    @Test
    @DisplayName("refuses with one line while one that shows no nodes holds its lease")
    void hidden() {
        Map<String, String> environment = new HashMap<>(ANY_PORTS);
        DatabaseUrl database = TestDatabase.fresh();
        environment.put("DATABASE_URL", database.reveal());
        Eventually.value(service(environment).stop());
        new Journal(database)
                .execute(
                        "insert into cluster_lease (name, cluster_id, expires_at) values ('vibee', 'hidden', now() + interval '1 hour')");

        assertThatThrownBy(() -> Service.start(Settings.read(environment, Path.of("/nowhere")), Duration.ofSeconds(1)))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith(
                        "A cluster uses this database, and within 1 s none of its nodes could be found there")
                .message()
                .doesNotContain("\n");
    }

    private static Service service(Map<String, String> environment) {
        return Service.start(Settings.read(environment, Path.of("/nowhere")));
    }
}
