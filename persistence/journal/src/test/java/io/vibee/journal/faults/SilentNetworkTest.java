package io.vibee.journal.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.PersistenceFixture;
import io.vibee.journal.TcpProxy;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.Query;
import io.vibee.journal.database.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;

@DisplayName("When nothing comes from the database any more, but connections stay open")
@Timeout(180)
@Tag("database")
class SilentNetworkTest {

    private static final Logger log = LoggerFactory.getLogger(SilentNetworkTest.class);

    private static final int ENTITIES = 100;
    private static final int POOL = 8;
    private static final String IMPATIENT = Counter.BINDING + """
            pekko.persistence.postgres {
              journal.circuit-breaker { call-timeout = 2s, reset-timeout = 500ms }
              snapshot.circuit-breaker { call-timeout = 2s, reset-timeout = 500ms }
              database { connect-timeout = 1s, operation-timeout = 3s, pool { max-acquire-time = 1s, max-size = 8 } }
              query.poll-interval = 500ms
            }
            """;
    /** The call-timeout, on a busy machine. */
    private static final Duration CALL = Duration.ofSeconds(4);

    private static final Duration SECONDS = Duration.ofSeconds(15);

    private final DatabaseUrl direct = TestDatabase.fresh();
    private final TcpProxy network = new TcpProxy(direct.port());
    private final PersistenceFixture observer = new PersistenceFixture(direct, "");
    private final PersistenceFixture fixture = new PersistenceFixture(network.url(direct), IMPATIENT);

    @AfterEach
    void stop() {
        network.close();
        fixture.close();
        observer.close();
    }

    @Test
    @DisplayName("writes fail in time, and all goes on when it speaks again")
    void untilItSpeaksAgain() {
        try (LiveReading reading = LiveReading.of(fixture, Counter.TYPE)) {
            Load load = Load.start(fixture, ENTITIES);
            long silence = System.nanoTime();
            network.silence();
            Duration failed = load.awaitFailures(silence);
            assertThat(failed).isLessThan(CALL);

            network.speak();
            Load.Return back = load.awaitAnswers(5);
            assertThat(back.all()).isLessThan(SECONDS);
            expectUsableConnections();
            load.stop();
            Stored stored = load.check(observer);
            reading.check(observer);
            log.warn("Silent network: all failed after {} ms, then {}; {}", failed.toMillis(), back, stored);
        }
    }

    @Test
    @DisplayName("for ever, those connections are given up and others opened")
    void forEver() {
        try (LiveReading reading = LiveReading.of(fixture, Counter.TYPE)) {
            Load load = Load.start(fixture, ENTITIES);
            network.silenceOpenForEver();
            Load.Return back = load.awaitAnswers(5);
            assertThat(back.all()).isLessThan(SECONDS);
            expectUsableConnections();
            load.stop();
            Stored stored = load.check(observer);
            reading.check(observer);
            log.warn("Mute connections: {}; {}", back, stored);
        }
    }

    /** As many at once as the pool may have, so that none can hide. */
    private void expectUsableConnections() {
        observer.eventually(() -> assertThat(Flux.range(0, POOL)
                        .flatMap(
                                number -> fixture.database()
                                        .withConnection(connection -> Query.on(
                                                        connection, "select pg_sleep(0.2)::text is not null as slept")
                                                .list(row -> true))
                                        .timeout(Duration.ofSeconds(2)),
                                POOL)
                        .count()
                        .onErrorReturn(0L)
                        .block())
                .as("connections that answer")
                .isEqualTo(POOL));
    }
}
