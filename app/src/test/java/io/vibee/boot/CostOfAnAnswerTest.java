package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.VirtualMachine;
import io.vibee.journal.Eventually;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import io.vibee.sandbox.BotApiServer;
import io.vibee.sandbox.ModelServer;
import io.vibee.sandbox.SandboxBot;
import io.vibee.sandbox.SandboxChat;
import io.vibee.sandbox.SandboxSystem;
import io.vibee.sandbox.SandboxUser;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.management.JMX;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What hardly depends on the machine: how much an answer asks of the database, of HTTP and of the collector. Each bound says what it was
 * when it was set. A feature that needs more raises its bound, and says why; time is measured by the benchmark.
 */
@DisplayName("An answer in a chat with a long past")
@Tag("process")
class CostOfAnAnswerTest {

    private static final int PEOPLE = 5;

    /** A summary is made and more than the window was said, so that older messages are looked for. */
    private static final int BEFORE = 30;

    private static final int MEASURED = 40;

    private final SandboxSystem sandbox = new SandboxSystem();
    private final BotApiServer telegram = sandbox.botApi();
    private final ModelServer model = Eventually.value(ModelServer.start(sandbox.system(), 0));
    private final SandboxBot bot = telegram.world().createBot("cost_bot");
    private final List<SandboxUser> people = IntStream.range(0, PEOPLE)
            .mapToObj(i -> telegram.world().createUser("Person " + i))
            .toList();
    private final CountingRelay database;
    private final ServiceLives service;

    CostOfAnAnswerTest(@TempDir Path directory) throws IOException {
        DatabaseUrl url = TestDatabase.fresh();
        database = new CountingRelay(url.port());
        service = new ServiceLives(
                directory,
                Map.of(
                        "DATABASE_URL",
                        "postgresql://" + url.user() + "@127.0.0.1:" + database.port() + "/" + url.database()
                                + "?sslmode=disable",
                        "TELEGRAM_API_URL",
                        telegram.url().toString(),
                        "OPENAI_BASE_URL",
                        model.url().toString(),
                        "OPENAI_API_KEY",
                        "sk-of-the-test",
                        "VIBEE_CHAT_PAUSE",
                        "0",
                        "VIBEE_CHAT_REPLIES_PER_MINUTE",
                        "0",
                        "VIBEE_TELEGRAM_SENDS_PER_SECOND",
                        "0",
                        "VIBEE_AI_REQUESTS_PER_DAY",
                        "0"));
    }

    @AfterEach
    void stop() throws Exception {
        try {
            service.close();
        } finally {
            database.close();
            Eventually.value(telegram.stop());
            Eventually.value(model.stop());
            sandbox.close();
        }
    }

    /**
     * What was asked for so far.
     *
     * @param allocated bytes
     */
    private record Count(long statements, long roundTrips, long sends, long polls, long modelCalls, long allocated) {}

    @Test
    @DisplayName("takes a bounded number of statements, round trips, calls and bytes")
    void bounded() throws Exception {
        service.start();
        service.awaitReady();
        service.register("owner");
        service.connect(bot.token().reveal());
        converse(0, BEFORE);
        try (JMXConnector jvm = attached()) {
            ThreadMXBean threads = JMX.newMXBeanProxy(
                    jvm.getMBeanServerConnection(),
                    new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME),
                    ThreadMXBean.class);
            Count before = count(threads);
            converse(BEFORE, MEASURED);
            Count after = count(threads);

            double answers = PEOPLE * MEASURED;
            double statements = (after.statements() - before.statements()) / answers;
            double roundTrips = (after.roundTrips() - before.roundTrips()) / answers;
            double calls = (after.modelCalls() - before.modelCalls()) / answers;
            double sends = (after.sends() - before.sends()) / answers;
            double polls = (after.polls() - before.polls()) / answers;
            double kilobytes = (after.allocated() - before.allocated()) / answers / 1024;
            System.out.printf(
                    "an answer: %.1f statements, %.1f round trips, %.2f model calls, %.2f sends, %.2f polls, %.0f kB allocated%n",
                    statements, roundTrips, calls, sends, polls, kilobytes);
            // 7 to 10.3, of which the answer itself needs 4. What comes within a quarter of a second shares the
            // projections' statements, so a slow machine has more for each.
            assertThat(statements).as("statements").isLessThan(16);
            assertThat(roundTrips).as("round trips").isLessThan(16);
            // 1.10: a summary for ten answers.
            assertThat(calls).as("calls of the model").isLessThan(1.2);
            assertThat(sends).as("messages sent").isEqualTo(1);
            // 0.40: a poll brings what several people wrote.
            assertThat(polls).as("polls").isLessThan(1);
            // 815 to 905, by the first compiler, which allocates what the second would not.
            assertThat(kilobytes).as("kB allocated").isLessThan(1_200);
        }
    }

    /** Everybody writes, and writes again when all are answered. */
    private void converse(int from, int rounds) {
        for (int round = from; round < from + rounds; round++) {
            int number = round;
            for (SandboxUser user : people) {
                telegram.world()
                        .userWrites(
                                bot,
                                user,
                                chat(user),
                                "Note " + number + ": what did we say on the garden of house " + (number * 7919 % 1000)
                                        + "?");
            }
            for (SandboxUser user : people) {
                Eventually.value(telegram.world().awaitBotMessages(bot, chat(user), number + 1));
            }
        }
    }

    private SandboxChat chat(SandboxUser user) {
        return telegram.world().privateChat(user);
    }

    private Count count(ThreadMXBean threads) {
        return new Count(
                database.statements(),
                database.roundTrips(),
                telegram.requests().count("sendMessage"),
                telegram.requests().count("getUpdates"),
                model.requests().count(ModelServer.COMPLETIONS),
                threads.getTotalThreadAllocatedBytes());
    }

    /** To the service's own management, over a local port. */
    @SuppressWarnings("BanJNDI") // The test's own child process.
    private JMXConnector attached() throws Exception {
        VirtualMachine jvm =
                VirtualMachine.attach(Long.toString(service.running().process().pid()));
        try {
            return JMXConnectorFactory.connect(new JMXServiceURL(jvm.startLocalManagementAgent()));
        } finally {
            jvm.detach();
        }
    }
}
