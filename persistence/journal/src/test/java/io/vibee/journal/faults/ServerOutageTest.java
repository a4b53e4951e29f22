package io.vibee.journal.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.PersistenceFixture;
import io.vibee.journal.database.DurableServer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** More rounds of crashes: {@code -Dvibee.journal.crash.rounds=N}. */
@DisplayName(
        "Under load, all that was acknowledged is there once, and entities and live queries go on, when the server")
@Timeout(300)
@Tag("database")
class ServerOutageTest {

    private static final Logger log = LoggerFactory.getLogger(ServerOutageTest.class);

    private static final int ENTITIES = 200;
    private static final int CRASHES = Integer.getInteger("vibee.journal.crash.rounds", 3);
    /** The breaker's reset-timeout and the longest pause of an entity, on a busy machine. */
    private static final Duration SECONDS = Duration.ofSeconds(15);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private @SuppressWarnings("NullAway.Init") DurableServer server;
    private @SuppressWarnings("NullAway.Init") PersistenceFixture fixture;

    @BeforeEach
    void start() {
        server = DurableServer.start(directory);
        fixture = new PersistenceFixture(server.url(), Counter.BINDING);
    }

    @AfterEach
    void stop() {
        fixture.close();
        server.close();
    }

    @Test
    @DisplayName("is killed with everything it started, and comes back")
    void crash() {
        outages("Server killed", CRASHES, server::kill);
    }

    @Test
    @DisplayName("is restarted as for an upgrade")
    void restart() {
        outages("Server restarted", 1, server::stopFast);
    }

    private void outages(String what, int rounds, Runnable outage) {
        assertThat(fixture.rows("show fsync")).containsExactly("on");
        try (LiveReading reading = LiveReading.of(fixture, Counter.TYPE)) {
            Load load = Load.start(fixture, ENTITIES);
            for (int round = 1; round <= rounds; round++) {
                long acknowledged = load.acknowledged();
                outage.run();
                server.startAgain();
                Load.Return back = load.awaitAnswers(5);
                log.warn("{}, round {}: {} acknowledged before, {}", what, round, acknowledged, back);
                assertThat(back.all()).isLessThan(SECONDS);
            }
            load.stop();
            Stored stored = load.check(fixture);
            reading.check(fixture);
            log.warn("{} {} times: {}; {} failures of the live query", what, rounds, stored, reading.failures());
        }
    }
}
