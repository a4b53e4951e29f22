package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.journal.Eventually;
import io.vibee.sandbox.BotApiServer;
import io.vibee.sandbox.Fault;
import io.vibee.sandbox.ModelServer;
import io.vibee.sandbox.SandboxBot;
import io.vibee.sandbox.SandboxSystem;
import io.vibee.sandbox.SandboxUser;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the service promises when it is killed or stopped while fifty people write. Telegram and the model live in the test's JVM and
 * outlive it. It is stopped first, for then nothing may be in doubt. {@code -Dvibee.crash.rounds=20} for more rounds than the build has
 * time for (half as many stops), {@code -Dvibee.crash.seed} to repeat one.
 */
@DisplayName("With fifty people writing")
@Tag("process")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CrashTest {
    private static final int ROUNDS = Integer.getInteger("vibee.crash.rounds", 2);
    private static final long SEED = Long.getLong("vibee.crash.seed", System.nanoTime());
    private static final int PEOPLE = 50;
    private static final Duration LOAD = Duration.ofSeconds(3);
    private static final Duration START_ANSWERING_WITHIN = Duration.ofSeconds(60);
    /** Until the last one is answered: a sweep for what nobody wakes comes every 30 s. */
    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(150);

    private static final Duration COUNTED_WITHIN = Duration.ofSeconds(20);
    private static final String OWNER = "owner";

    private final Random random = new Random(SEED);
    private final SandboxSystem sandbox = new SandboxSystem();
    private final BotApiServer telegram = sandbox.botApi();
    private final ModelServer model = Eventually.value(ModelServer.start(sandbox.system(), 0));
    private final SandboxBot bot = telegram.world().createBot("crash_bot");
    private final Crowd crowd = new Crowd(telegram, bot, PEOPLE, random);
    private final ServiceLives service;
    private int rounds;

    CrashTest(@TempDir Path directory) throws IOException {
        service = new ServiceLives(
                directory,
                Map.of(
                        "TELEGRAM_API_URL", telegram.url().toString(),
                        "OPENAI_BASE_URL", model.url().toString(),
                        "OPENAI_API_KEY", "sk-of-the-test",
                        "VIBEE_CHAT_PAUSE", "0",
                        "VIBEE_CHAT_REPLIES_PER_MINUTE", "0",
                        "VIBEE_TELEGRAM_SENDS_PER_SECOND", "0",
                        "VIBEE_AI_REQUESTS_PER_DAY", "0",
                        "VIBEE_API_REQUESTS_PER_MINUTE", "0",
                        "VIBEE_ADDRESS_REQUESTS_PER_MINUTE", "0"));
    }

    @BeforeAll
    void startAndConnect() throws Exception {
        // Long enough that a random moment often falls into a call.
        model.latency(Duration.ofMillis(50));
        telegram.faults().next(Integer.MAX_VALUE, "sendMessage", Fault.delay(Duration.ofMillis(20)));
        service.start();
        service.awaitReady();
        service.register(OWNER);
        service.connect(bot.token().reveal());
    }

    @AfterAll
    void stop() throws Exception {
        try {
            service.close();
        } finally {
            Eventually.value(telegram.stop());
            Eventually.value(model.stop());
            sandbox.close();
        }
    }

    @Test
    @Order(2)
    @DisplayName(
            "kill -9 loses nothing, keeps the order, pays no model twice, and every second answer is a recorded doubt")
    void killed() throws Exception {
        List<String> kills = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            int round = ++rounds;
            CompletableFuture<Void> load = crowd.write(round, LOAD);
            Duration moment = randomMomentUnderLoad(round);
            service.kill();
            kills.add(moment.toMillis() + " ms");
            service.start();
            if (random.nextInt(4) == 0) {
                Duration starting = Duration.ofMillis(random.nextLong(500, 6_000));
                Eventually.pass(starting);
                service.kill();
                kills.add(starting.toMillis() + " ms after its start");
                service.start();
            }
            service.awaitReady();
            load.join();
        }

        Accounts accounts = settled();
        System.out.println("seed " + SEED + ", killed after " + kills + "\n" + accounts.table(crowd.written()));

        everyMessageIsStoredAndDraftedOnce(accounts);
        answersComeInOrder();
        assertThat(accounts.answers())
                .as("each duplicate is a doubt")
                .allSatisfy((word, times) -> assertThat(times - 1)
                        .as(word)
                        .isLessThanOrEqualTo(accounts.doubts().getOrDefault(word, 0L)));
        long doubtsOfThisLife = accounts.doubtTimes().stream()
                .filter(service.startedAt()::isBefore)
                .count();
        Eventually.until(
                "the metric tells of " + doubtsOfThisLife + " doubts",
                COUNTED_WITHIN,
                () -> service.counter("deliveries_in_doubt_total", "resend") == doubtsOfThisLife);
    }

    @Test
    @Order(1)
    @DisplayName("SIGTERM ends it with status 0 within 30 s and no PostgreSQL left, loses nothing, and leaves no doubt")
    void terminated() throws Exception {
        List<String> stops = new ArrayList<>();
        for (int i = 0; i < (ROUNDS + 1) / 2; i++) {
            int round = ++rounds;
            CompletableFuture<Void> load = crowd.write(round, LOAD);
            Duration moment = randomMomentUnderLoad(round);
            long before = System.nanoTime();
            assertThat(service.terminate(30)).as("exit status").isZero();
            stops.add("%d ms (took %d ms)"
                    .formatted(
                            moment.toMillis(),
                            Duration.ofNanos(System.nanoTime() - before).toMillis()));
            assertThat(service.running().err()).as("standard error").isEmpty();
            assertThat(service.postgres()).as("PostgreSQL").isEmpty();
            service.start();
            service.awaitReady();
            load.join();
        }

        Accounts accounts = settled();
        System.out.println("seed " + SEED + ", stopped after " + stops + "\n" + accounts.table(crowd.written()));

        everyMessageIsStoredAndDraftedOnce(accounts);
        answersComeInOrder();
        assertThat(accounts.doubts()).as("doubts").isEmpty();
        assertThat(accounts.duplicates()).as("duplicates").isZero();
    }

    /** Not before answers flow: a service that has just started may be ready and still not have asked for what was written. */
    private Duration randomMomentUnderLoad(int round) throws Exception {
        Eventually.until(
                "somebody is answered in round " + round, START_ANSWERING_WITHIN, () -> crowd.isAnswered(round));
        Duration moment = Duration.ofMillis(random.nextLong(LOAD.toMillis()));
        Eventually.pass(moment);
        return moment;
    }

    private Accounts settled() throws Exception {
        service.signIn(OWNER);
        try {
            Eventually.until("everybody is answered", SETTLED_WITHIN, crowd::everybodyIsAnswered);
        } catch (AssertionError late) {
            throw new AssertionError(
                    "lost or answered by something else: " + crowd.unanswered() + "; seed " + SEED + "; not confirmed: "
                            + telegram.world().unconfirmed(bot) + "; sessions: " + service.all("/api/v1/sessions")
                            + "; waiting: "
                            + service.all("/api/v1/chats").stream()
                                    .filter(chat -> chat.path("pending").asInt() > 0)
                                    .toList()
                            + "; not answered: " + service.all("/api/v1/audit?type=not_answered"),
                    late);
        }
        Eventually.until("no chat has anything left to do", SETTLED_WITHIN, () -> {
            List<JsonNode> chats = service.all("/api/v1/chats");
            return chats.size() == PEOPLE
                    && chats.stream().allMatch(chat -> chat.path("pending").asInt(-1) == 0);
        });
        return Accounts.of(service, crowd);
    }

    private void everyMessageIsStoredAndDraftedOnce(Accounts accounts) {
        assertThat(accounts.received())
                .containsOnlyKeys(crowd.written())
                .allSatisfy(
                        (word, times) -> assertThat(times).as("%s stored", word).isEqualTo(1));
        assertThat(accounts.drafted())
                .containsOnlyKeys(crowd.written())
                .allSatisfy((word, times) ->
                        assertThat(times).as("%s drafted", word).isEqualTo(1));
        assertThat(accounts.answers().keySet()).containsExactlyInAnyOrderElementsOf(crowd.written());
    }

    /** A repeated answer comes directly after the first one. */
    private void answersComeInOrder() {
        for (SandboxUser user : crowd.people()) {
            List<String> order = new ArrayList<>();
            for (String word : crowd.answered(user)) {
                if (order.isEmpty() || !order.getLast().equals(word)) {
                    order.add(word);
                }
            }
            assertThat(order).as("order of the answers").isEqualTo(crowd.written(user));
        }
    }
}
