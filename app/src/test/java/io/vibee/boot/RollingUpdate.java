package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.Eventually;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import io.vibee.sandbox.SandboxUser;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an update promises while people write. It takes too long for each build: {@code ops/mixed-versions} runs it.
 * {@code -Dvibee.previous.jar} names the build that runs before; without it the nodes are replaced by others of this build. {@code -Dvibee.roll.longest} says how many seconds a message may
 * wait for its answer: a machine that has much else to do needs more than the 3 that are promised.
 */
@DisplayName("Of three nodes that are updated one after another")
@Tag("process")
class RollingUpdate {

    private static final @Nullable String PREVIOUS = System.getProperty("vibee.previous.jar");
    private static final Duration LONGEST = Duration.ofSeconds(Integer.getInteger("vibee.roll.longest", 90));
    private static final int NODES = 3;
    private static final int BOTS = 6;
    private static final int PEOPLE = 2;
    private static final String OWNER = "owner";
    private static final Duration ROUND = Duration.ofSeconds(15);
    private static final Duration WITHIN = Duration.ofMinutes(3);

    private final Outside outside = new Outside();
    private final DatabaseUrl database = TestDatabase.fresh();
    private final Random random = new Random(1);
    private final List<ServiceLives> nodes = new ArrayList<>();
    private final List<Crowd> crowds = new ArrayList<>();
    private final AtomicBoolean enough = new AtomicBoolean();

    RollingUpdate(@TempDir Path directory) throws IOException {
        for (int i = 0; i < NODES; i++) {
            nodes.add(new ServiceLives(
                    directory.resolve("node-" + i),
                    Map.ofEntries(
                            Map.entry("DATABASE_URL", database.reveal()),
                            Map.entry("JWT_SECRET", "the JWT secret of tests, long enough"),
                            Map.entry("VIBEE_MASTER_KEY", "the master key of tests, long enough"),
                            Map.entry(
                                    "TELEGRAM_API_URL", outside.telegram().url().toString()),
                            Map.entry("OPENAI_BASE_URL", outside.model().url().toString()),
                            Map.entry("OPENAI_API_KEY", "sk-of-the-test"),
                            Map.entry("VIBEE_OPERATORS", OWNER),
                            Map.entry("VIBEE_CHAT_PAUSE", "0"),
                            Map.entry("VIBEE_CHAT_REPLIES_PER_MINUTE", "0"),
                            Map.entry("VIBEE_TELEGRAM_SENDS_PER_SECOND", "0"),
                            Map.entry("VIBEE_AI_REQUESTS_PER_DAY", "0"),
                            Map.entry("VIBEE_MAX_SESSIONS_PER_USER", "0"))));
        }
    }

    @AfterEach
    void stop() throws IOException {
        enough.set(true);
        try (outside) {
            for (ServiceLives node : nodes) {
                node.close();
            }
        }
    }

    @Test
    @DisplayName("none loses a message, answers one twice or out of order, or lets one wait")
    void update() throws Exception {
        for (ServiceLives node : nodes) {
            startPrevious(node);
        }
        for (ServiceLives node : nodes) {
            node.awaitReady();
        }
        nodes.getFirst().register(OWNER);
        connect(nodes.getFirst());
        awaitCluster();
        CompletableFuture<Void> load = CompletableFuture.runAsync(this::write);
        awaitAnswersIn(1);

        for (ServiceLives node : nodes) {
            assertThat(node.terminate(30)).as("exit status").isZero();
            node.start();
            node.awaitReady();
            node.signIn(OWNER);
            awaitCluster();
            awaitAnswersIn(written() + 1);
        }
        enough.set(true);
        load.join();

        Eventually.until("everybody is answered", WITHIN, () -> crowds.stream().allMatch(Crowd::everybodyIsAnswered));
        Duration longest =
                crowds.stream().map(Crowd::longestWait).max(Duration::compareTo).orElseThrow();
        System.out.println(
                crowds.stream().mapToInt(crowd -> crowd.written().size()).sum() + " messages, the longest waited "
                        + longest.toMillis() + " ms");
        for (Crowd crowd : crowds) {
            for (SandboxUser person : crowd.people()) {
                assertThat(crowd.answered(person)).isEqualTo(crowd.written(person));
            }
        }
        assertThat(nodes.getFirst().all("/api/v1/audit?type=delivery_in_doubt")).isEmpty();
        assertThat(longest).isLessThan(LONGEST);
    }

    private static void startPrevious(ServiceLives node) throws IOException {
        if (PREVIOUS == null) {
            node.start();
        } else {
            node.start(Path.of(PREVIOUS));
        }
    }

    /** So many bots that each node has some of their sessions and chats. */
    private void connect(ServiceLives node) throws Exception {
        for (int i = 0; i < BOTS; i++) {
            var bot = outside.bot();
            node.connect(bot.token().reveal());
            crowds.add(new Crowd(outside.telegram(), bot, PEOPLE, random));
        }
    }

    /** Round after round, until it is enough. */
    private void write() {
        for (int round = 1; !enough.get(); round++) {
            int now = round;
            CompletableFuture.allOf(crowds.stream()
                            .map(crowd -> crowd.write(now, ROUND))
                            .toArray(CompletableFuture[]::new))
                    .join();
        }
    }

    /** The round in which people write. */
    private int written() {
        return crowds.stream()
                .flatMap(crowd -> crowd.written().stream())
                .mapToInt(Crowd::round)
                .max()
                .orElse(0);
    }

    private void awaitAnswersIn(int round) {
        Eventually.until(
                "answers in round " + round, WITHIN, () -> crowds.stream().allMatch(crowd -> crowd.isAnswered(round)));
    }

    private void awaitCluster() throws Exception {
        Map<String, String> up = nodes.stream().collect(Collectors.toMap(ServiceLives::node, node -> "up"));
        Eventually.until("all are up", WITHIN, () -> nodes.getFirst().members().equals(up));
    }
}
