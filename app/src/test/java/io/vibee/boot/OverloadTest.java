package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.cluster.FormationLease;
import io.vibee.cluster.LeaseKeeper;
import io.vibee.http.ReadinessCheck;
import io.vibee.journal.Eventually;
import io.vibee.journal.TcpProxy;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import io.vibee.persistence.cluster.ClusterLease;
import io.vibee.persistence.cluster.ClusterNodes;
import io.vibee.persistence.cluster.ClusterNodes.Traits;
import io.vibee.protocol.chat.ChatMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("Nothing is lost, and all is worked off, when")
@Tag("node")
class OverloadTest {

    private static final int CHATS = 10;
    /** Some hundred times what it takes on one machine. */
    private static final Duration SLOW_EACH_WAY = Duration.ofMillis(50);

    private static final Outside OUTSIDE = new Outside();
    private static final DatabaseUrl DATABASE = TestDatabase.fresh();
    private static final TcpProxy CABLE = new TcpProxy(DATABASE.port());
    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.on(CABLE.url(DATABASE), OUTSIDE)
                .modelTimeout(Duration.ofSeconds(1))
                .start();
    }

    @AfterAll
    static void stop() {
        node.close();
        CABLE.close();
        OUTSIDE.close();
    }

    @AfterEach
    void allIsWell() {
        CABLE.slow(Duration.ZERO);
        OUTSIDE.model().latency(Duration.ZERO);
    }

    private static List<Dialogue> dialogues(TestNode at, Journal journal) {
        Dialogue first = Dialogue.begin(at, OUTSIDE, journal, ChatMode.DIGITAL_TWIN);
        List<Dialogue> all = new ArrayList<>(List.of(first));
        IntStream.range(1, CHATS).forEach(i -> all.add(first.withAnother()));
        write(all, 1);
        all.forEach(dialogue -> dialogue.awaitAnswers(1));
        // Else an outage comes between a send and its record, and nobody knows whether it was sent.
        Eventually.holds(() -> assertThat(all)
                .allSatisfy(dialogue -> assertThat(dialogue.events("Delivered")).hasSize(1)));
        return all;
    }

    private static void write(List<Dialogue> all, int each) {
        IntStream.range(0, each).forEach(i -> all.forEach(dialogue -> dialogue.write("message " + i)));
    }

    /** Each message has one answer, and nothing waits any more. */
    private static void assertWorkedOff(TestNode at, List<Dialogue> all, int each) {
        all.forEach(dialogue -> dialogue.awaitAnswers(each));
        Eventually.holds(() -> {
            assertThat(all).allSatisfy(dialogue -> {
                assertThat(dialogue.events("Delivered")).hasSize(each);
                assertThat(dialogue.events("DeliveryInDoubt")).isEmpty();
            });
            assertThat(OUTSIDE.world().unconfirmed(all.getFirst().bot())).isZero();
        });
        all.forEach(Dialogue::assertAnsweredInOrder);
        assertThat(at.session(all.getFirst().owner(), all.getFirst().sessionId())
                        .parked())
                .isZero();
    }

    private static ReadinessCheck database(TestNode of) {
        return Eventually.value(
                new HealthChecks(of.system(), List.of()).all().get("database").get());
    }

    @Test
    @DisplayName("PostgreSQL is a hundred times slower, which health tells")
    void slow() {
        List<Dialogue> all = dialogues(node, new Journal(DATABASE));
        assertThat(database(node).status()).isEqualTo("up");
        CABLE.slow(SLOW_EACH_WAY);
        write(all, 3);

        assertThat(database(node))
                .satisfies(check -> assertThat(check.status()).isEqualTo("up"))
                .satisfies(check -> assertThat(check.detail()).startsWith("is slow: answered after "));
        assertWorkedOff(node, all, 4);
    }

    @Test
    @DisplayName("the model hangs")
    void modelHangs() {
        List<Dialogue> all = dialogues(node, new Journal(DATABASE));
        OUTSIDE.model().latency(Duration.ofMinutes(1));
        write(all, 2);
        Eventually.holds(() -> assertThat(all)
                .allSatisfy(dialogue -> assertThat(dialogue.answers()).hasSizeGreaterThan(1)));
        OUTSIDE.model().latency(Duration.ZERO);
        write(all, 1);

        assertWorkedOff(node, all, 4);
    }

    @Test
    @DisplayName("PostgreSQL is away for longer than leases live, and no node goes down")
    void away() {
        DatabaseUrl database = TestDatabase.fresh();
        Journal journal = new Journal(database);
        AtomicInteger lost = new AtomicInteger();
        try (TcpProxy cable = new TcpProxy(database.port());
                TestNode first = TestNode.on(cable.url(database), OUTSIDE).start();
                TestNode second = TestNode.on(cable.url(database), OUTSIDE).join(first)) {
            List<TestNode> both = List.of(first, second);
            both.forEach(member -> keepLease(member, lost::incrementAndGet));
            List<Dialogue> all = dialogues(first, journal);

            cable.cut();
            write(all, 1);
            assertThat(database(first).status()).isEqualTo("down");
            Eventually.staysFor(
                    LeaseKeeper.TIME_TO_LIVE.plusSeconds(2),
                    () -> assertThat(both).allSatisfy(member -> {
                        assertThat(member.cluster().state().getMembers()).hasSize(2);
                        assertThat(member.cluster().state().getUnreachable()).isEmpty();
                    }));
            cable.restore();

            assertWorkedOff(first, all, 2);
            Eventually.holds(() -> assertThat(
                            journal.rows("select address from cluster_node where seen_at > now() - interval '5 s'"))
                    .hasSize(2));
            assertThat(lost).hasValue(0);
        }
    }

    /** As a service does, in a cluster that both are in. */
    private static void keepLease(TestNode member, Runnable whenLost) {
        Database database = Database.get(member.system());
        var address = member.cluster().selfMember().uniqueAddress();
        FormationLease lease = new FormationLease(new ClusterLease(database), "both", Optional.empty());
        assertThat(Eventually.value(lease.tryAcquire())).isTrue();
        lease.keep(
                member.system(),
                new ClusterNodes(database),
                new ClusterNodes.Node(
                        address.address().toString(),
                        Long.toString(address.longUid()),
                        "both",
                        "1.0",
                        new Traits(1, "jwt", "master", null)),
                whenLost);
    }
}
