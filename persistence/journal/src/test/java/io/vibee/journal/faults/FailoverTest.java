package io.vibee.journal.faults;

import static io.vibee.journal.PersistenceFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.JournalGeneration;
import io.vibee.journal.PersistenceFixture;
import io.vibee.journal.TcpProxy;
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

@DisplayName("When the server is killed under load and its synchronous standby takes over")
@Timeout(180)
@Tag("database")
class FailoverTest {

    private static final Logger log = LoggerFactory.getLogger(FailoverTest.class);

    private static final int ENTITIES = 200;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path primaryDirectory;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path standbyDirectory;

    private @SuppressWarnings("NullAway.Init") DurableServer primary;
    private @SuppressWarnings("NullAway.Init") DurableServer standby;
    private @SuppressWarnings("NullAway.Init") TcpProxy address;
    private @SuppressWarnings("NullAway.Init") PersistenceFixture fixture;

    @BeforeEach
    void start() {
        primary = DurableServer.start(primaryDirectory);
        standby = primary.synchronousStandby(standbyDirectory);
        address = new TcpProxy(primary.url().port());
        fixture = new PersistenceFixture(address.url(primary.url()), Counter.BINDING);
        fixture.eventually(() -> assertThat(fixture.rows("select sync_state from pg_stat_replication"))
                .containsExactly("sync"));
    }

    @AfterEach
    void stop() {
        fixture.close();
        address.close();
        standby.close();
        primary.close();
    }

    @Test
    @DisplayName("all that was acknowledged is there once, and entities and live queries go on")
    void nothingLost() throws Exception {
        PersistenceFixture observer = new PersistenceFixture(standby.url(), "");
        try (LiveReading reading = LiveReading.of(fixture, Counter.TYPE)) {
            Load load = Load.start(fixture, ENTITIES);
            long acknowledged = load.acknowledged();
            long killed = System.nanoTime();
            primary.kill();
            standby.promote();
            address.switchTo(standby.url().port());
            Load.Return back = load.awaitAnswers(5);
            Duration outage = Duration.ofNanos(System.nanoTime() - killed);
            load.stop();
            Stored stored = load.check(observer);
            reading.check(observer);
            assertThat(await(new JournalGeneration(observer.database()).raiseIfRestored()))
                    .as("transaction ids go on")
                    .isEmpty();
            log.warn(
                    "Failover: {} acknowledged before, {}, {} ms after the kill; {}; {} failures of the live query",
                    acknowledged,
                    back,
                    outage.toMillis(),
                    stored,
                    reading.failures());
        } finally {
            observer.close();
        }
    }
}
