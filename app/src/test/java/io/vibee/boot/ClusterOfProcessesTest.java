package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.Eventually;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import io.vibee.sandbox.SandboxBot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes as they are run: processes that share a database, and nothing else. Telegram and the model outlive them. */
@DisplayName("Of two processes on one database")
@Tag("process")
class ClusterOfProcessesTest {

    private static final int BOTS = 6;
    private static final int PEOPLE = 2;
    private static final String OWNER = "owner";
    private static final Duration WRITTEN_WITHIN = Duration.ofSeconds(1);
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(60);
    /** Much longer than it takes: all of this runs on whatever machine there is. */
    private static final Duration TAKEN_OVER_WITHIN = Duration.ofSeconds(90);

    private static final Duration JOINED_WITHIN = Duration.ofSeconds(60);
    /** After its process has ended. A silent node is missed only after 15 s. */
    private static final Duration LEFT_WITHIN = Duration.ofSeconds(6);

    private final Outside outside = new Outside();
    private final DatabaseUrl database = TestDatabase.fresh();
    private final Journal journal = new Journal(database);
    private final ServiceLives one;
    private final ServiceLives two;

    ClusterOfProcessesTest(@TempDir Path directory) throws IOException {
        one = node(directory.resolve("one"));
        two = node(directory.resolve("two"));
    }

    private ServiceLives node(Path directory) throws IOException {
        return new ServiceLives(
                directory,
                Map.ofEntries(
                        Map.entry("DATABASE_URL", database.reveal()),
                        Map.entry("JWT_SECRET", "the JWT secret of tests, long enough"),
                        Map.entry("VIBEE_MASTER_KEY", "the master key of tests, long enough"),
                        Map.entry("TELEGRAM_API_URL", outside.telegram().url().toString()),
                        Map.entry("OPENAI_BASE_URL", outside.model().url().toString()),
                        Map.entry("OPENAI_API_KEY", "sk-of-the-test"),
                        Map.entry("VIBEE_OPERATORS", OWNER),
                        Map.entry("VIBEE_CHAT_PAUSE", "0"),
                        Map.entry("VIBEE_CHAT_REPLIES_PER_MINUTE", "0"),
                        Map.entry("VIBEE_TELEGRAM_SENDS_PER_SECOND", "0"),
                        Map.entry("VIBEE_MAX_SESSIONS_PER_USER", "0")));
    }

    /** Whoever forms a cluster wins this row, and so leaves its id. */
    @BeforeEach
    void recordClusters() {
        journal.execute("create table formed (cluster_id text primary key)");
        journal.execute("""
                create function record_cluster() returns trigger language plpgsql as $$
                begin
                  insert into formed values (new.cluster_id) on conflict do nothing;
                  return new;
                end $$""");
        journal.execute("""
                create trigger record_cluster after insert or update on cluster_lease
                for each row when (new.name = 'vibee') execute function record_cluster()""");
    }

    @AfterEach
    void stop() throws Exception {
        try (outside;
                one;
                two) {
            assertThat(journal.rows("select cluster_id from formed"))
                    .as("clusters that were ever formed")
                    .hasSize(1);
        }
    }

    @Test
    @DisplayName(
            "started at once, one cluster forms; one dies, the other answers its chats; it comes back, joins, and leaves at SIGTERM")
    void diesAndComesBack() throws Exception {
        one.start();
        two.start();
        one.awaitReady();
        two.awaitReady();
        one.register(OWNER);
        two.signIn(OWNER);
        awaitCluster(one, two);

        // Who dies is who would stay if equal halves were decided by the address.
        ServiceLives dying = one.node().compareTo(two.node()) < 0 ? one : two;
        ServiceLives staying = dying == one ? two : one;
        List<Crowd> crowds = crowds(dying);
        everybodyIsAnswered(crowds, 1, ANSWERED_WITHIN);

        dying.kill();
        everybodyIsAnswered(crowds, 2, TAKEN_OVER_WITHIN);
        assertThat(staying.members()).isEqualTo(up(staying));
        assertThat(staying.running().out()).contains(dying.node() + " is gone; members: 1");

        dying.start();
        dying.awaitReady();
        awaitCluster(one, two);
        everybodyIsAnswered(crowds, 3, ANSWERED_WITHIN);

        staying.kill();
        everybodyIsAnswered(crowds, 4, TAKEN_OVER_WITHIN);
        assertThat(dying.running().out()).contains("nothing listens at " + staying.node() + " any more");

        staying.start();
        staying.awaitReady();
        awaitCluster(one, two);
        assertThat(dying.terminate(30)).as("exit status").isZero();
        Eventually.until(
                "it is known to have left", LEFT_WITHIN, () -> staying.members().equals(up(staying)));
        assertThat(staying.running().out()).contains(dying.node() + " has left; members: 1");
    }

    private static void awaitCluster(ServiceLives... nodes) throws Exception {
        for (ServiceLives node : nodes) {
            Eventually.until(
                    "all are up for " + node.node(),
                    JOINED_WITHIN,
                    () -> node.members().equals(up(nodes)));
        }
    }

    private static Map<String, String> up(ServiceLives... nodes) {
        return Stream.of(nodes).collect(Collectors.toMap(ServiceLives::node, node -> "up"));
    }

    /** So many bots that both nodes have some of their sessions and chats. */
    private List<Crowd> crowds(ServiceLives node) throws Exception {
        Random random = new Random(1);
        List<SandboxBot> bots = Stream.generate(outside::bot).limit(BOTS).toList();
        for (SandboxBot bot : bots) {
            node.connect(bot.token().reveal());
        }
        return bots.stream()
                .map(bot -> new Crowd(outside.telegram(), bot, PEOPLE, random))
                .toList();
    }

    private static void everybodyIsAnswered(List<Crowd> crowds, int round, Duration within) throws Exception {
        CompletableFuture.allOf(crowds.stream()
                        .map(crowd -> crowd.write(round, WRITTEN_WITHIN))
                        .toArray(CompletableFuture[]::new))
                .join();
        try {
            Eventually.until(
                    "everybody is answered in round " + round,
                    within,
                    () -> crowds.stream().allMatch(Crowd::everybodyIsAnswered));
        } catch (AssertionError late) {
            throw new AssertionError(
                    late.getMessage() + "; not answered: "
                            + crowds.stream().map(Crowd::unanswered).toList(),
                    late);
        }
    }
}
