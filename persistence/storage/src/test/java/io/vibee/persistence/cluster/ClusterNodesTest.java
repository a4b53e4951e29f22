package io.vibee.persistence.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.persistence.DatabaseSpecification;
import io.vibee.persistence.cluster.ClusterNodes.Node;
import io.vibee.persistence.cluster.ClusterNodes.Seen;
import io.vibee.persistence.cluster.ClusterNodes.Traits;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("database")
class ClusterNodesTest extends DatabaseSpecification {

    private static final Duration LATELY = Duration.ofSeconds(10);
    private static final Traits TRAITS = new Traits(1, "jwt", "master", "before");

    private final ClusterNodes nodes = new ClusterNodes(database);

    @BeforeEach
    void lease() {
        await(new ClusterLease(database).acquire("vibee", "ours", null, LATELY));
    }

    private static Node node(String address, String clusterId) {
        return new Node(address, "first", clusterId, "1.0", TRAITS);
    }

    private List<Node> members() {
        return await(nodes.all("vibee", LATELY)).stream()
                .filter(Seen::member)
                .map(Seen::node)
                .toList();
    }

    @Test
    void areFoundTheOldestFirstAsTheyWroteThemselves() {
        Node bare = new Node("b", "first", "ours", "1.0", new Traits(2, "jwt", "master", null));
        await(nodes.write(bare, 0.5));
        await(nodes.write(node("a", "ours"), 0.5));
        await(nodes.write(bare, 0.5));

        assertThat(members()).containsExactly(bare, node("a", "ours"));
        assertThat(await(nodes.all("vibee", LATELY)))
                .allMatch(seen -> Double.valueOf(0.5).equals(seen.cpuLoad()));
    }

    @Test
    void learnThatTheOthersWentOnWithoutThemUntilTheyStartAgain() {
        Node first = node("a", "ours");
        assertThat(await(nodes.write(first, 0.5))).isTrue();
        await(nodes.down("a", first.incarnation()));
        assertThat(await(nodes.write(first, 0.5))).isFalse();

        Node again = new Node("a", "started again", "ours", "1.0", first.traits());
        assertThat(await(nodes.write(again, 0.5))).isTrue();
        assertThat(await(nodes.isDowned("a", again.incarnation()))).isFalse();
    }

    @Test
    void areNoMembersInAnotherClusterNorWhenTheyWereNotSeenLately() {
        await(nodes.write(node("a", "theirs"), 0.5));
        await(nodes.write(node("b", "ours"), 0.5));
        execute("update cluster_node set seen_at = seen_at - interval '11 seconds' where address = 'b'");
        assertThat(await(nodes.all("vibee", LATELY))).hasSize(2).noneMatch(Seen::member);

        await(nodes.write(node("b", "ours"), 0.5));
        assertThat(members()).containsExactly(node("b", "ours"));
        execute("delete from cluster_lease");
        assertThat(members()).as("nobody holds the lease").isEmpty();
    }

    @Test
    void takeThePlaceOfWhoHadTheirAddressAndOnlyTheirOwnRowAway() {
        await(nodes.write(node("a", "ours"), 0.5));
        execute("update cluster_node set started_at = started_at - interval '1 hour'");
        Node again = new Node("a", "second", "ours", "1.1", TRAITS);
        await(nodes.write(again, 0.5));

        await(nodes.remove("a", "first"));
        Seen seen = await(nodes.all("vibee", LATELY)).getFirst();
        assertThat(seen.node()).isEqualTo(again);
        assertThat(seen.startedAt()).as("started anew").isAfter(seen.seenAt().minus(Duration.ofMinutes(30)));

        await(nodes.remove("a", "second"));
        assertThat(members()).isEmpty();
    }

    @Test
    void areForgottenADayAfterTheyEndedWithoutAWord() {
        await(nodes.write(node("a", "ours"), 0.5));
        await(nodes.write(node("b", "ours"), 0.5));
        execute("update cluster_node set seen_at = seen_at - interval '25 hours'");

        await(nodes.write(node("b", "ours"), 0.5));

        assertThat(number("select count(*) from cluster_node")).isEqualTo(1);
    }
}
