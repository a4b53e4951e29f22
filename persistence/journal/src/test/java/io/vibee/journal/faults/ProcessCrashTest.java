package io.vibee.journal.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.PersistenceFixture;
import io.vibee.journal.database.DurableServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** More rounds: {@code -Dvibee.journal.crash.rounds=N}. */
@DisplayName("When the process is killed under load")
// On a thread of its own: reading from a process can't be interrupted.
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("process")
class ProcessCrashTest {

    private static final Logger log = LoggerFactory.getLogger(ProcessCrashTest.class);

    private static final int ROUNDS = Integer.getInteger("vibee.journal.crash.rounds", 3);
    private static final int ACKNOWLEDGEMENTS = 2_000;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final Map<String, Long> acknowledged = new TreeMap<>();
    private int failures;

    @Test
    @DisplayName("all that it acknowledged is there once, for the next process and at the end")
    void killed() throws Exception {
        try (DurableServer server = DurableServer.start(directory)) {
            for (int round = 1; round <= ROUNDS; round++) {
                Process process = fork(server);
                try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
                    long begin = System.nanoTime();
                    take(line(output));
                    Duration first = Duration.ofNanos(System.nanoTime() - begin);
                    for (int count = 1; count < ACKNOWLEDGEMENTS; count++) {
                        take(line(output));
                    }
                    // Not by the process itself, which would close what it has still to say.
                    process.toHandle().destroyForcibly();
                    long late = output.lines().peek(this::take).count();
                    log.warn(
                            "Process killed, round {}: first answer {} ms after its start, {} answers",
                            round,
                            first.toMillis(),
                            ACKNOWLEDGEMENTS + late);
                } finally {
                    process.destroyForcibly();
                }
                assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            }
            try (PersistenceFixture observer = new PersistenceFixture(server.url(), "")) {
                assertThat(observer.rows("show fsync")).containsExactly("on");
                Stored stored = Stored.check(observer, acknowledged);
                log.warn("Process killed {} times: {}; {} failures before", ROUNDS, stored, failures);
            }
        }
    }

    private void take(String line) {
        String[] words = line.split(" ", -1);
        assertThat(words).as(line).hasSize(2);
        if (words[1].equals("failed")) {
            // It may, on a busy machine; what counts is what it acknowledges.
            failures++;
            return;
        }
        long number = Long.parseLong(words[1]);
        assertThat(number)
                .as("what %s knows after a recovery", words[0])
                .isGreaterThanOrEqualTo(acknowledged.getOrDefault(words[0], 0L));
        acknowledged.put(words[0], number);
    }

    private static String line(BufferedReader output) throws IOException {
        String line = output.readLine();
        assertThat(line).as("the process goes on").isNotNull();
        return line == null ? "" : line;
    }

    private static Process fork(DurableServer server) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        // It lives for seconds.
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Dlogback.configurationFile=" + LoadFork.class.getResource("/logback-fork.xml"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LoadFork.class.getName(),
                        server.url().reveal())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
