package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.cluster.FormationLease;
import io.vibee.journal.Eventually;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import io.vibee.persistence.cluster.ClusterLease;
import io.vibee.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
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
        Eventually.value(formed.keep(node.system(), () -> lost.complete(Done.getInstance())));
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
    @DisplayName("forms though its other contact point never answers, and serves")
    void alone() {
        Map<String, String> lonely = new HashMap<>(ANY_PORTS);
        lonely.put("DATABASE_URL", TestDatabase.fresh().reveal());
        lonely.put("VIBEE_CLUSTER_CONTACT_POINTS", "127.0.0.1:1");
        Service service = Service.start(Settings.read(lonely, Path.of("/nowhere")));
        Eventually.value(service.stop());
    }

    @Test
    @DisplayName("refuses with one line while another runs on it, and starts when that has stopped")
    void secondService() {
        Map<String, String> environment = new HashMap<>(ANY_PORTS);
        environment.put("DATABASE_URL", TestDatabase.fresh().reveal());
        Settings settings = Settings.read(environment, Path.of("/nowhere"));
        Service first = Service.start(settings);
        assertThatThrownBy(() -> Service.start(settings, Duration.ofSeconds(1)))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("Another cluster uses this database.")
                .message()
                .doesNotContain("\n");
        Eventually.value(first.stop());
        Service second = Service.start(settings, Duration.ofSeconds(1));
        Eventually.value(second.stop());
    }
}
