package io.vibee.journal.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.vibee.journal.TcpProxy;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.PoolSettings;
import io.vibee.journal.database.Query;
import io.vibee.journal.database.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@DisplayName("A connection from which nothing comes any more")
@Timeout(60)
@Tag("database")
class MuteConnectionsTest {

    private static final int POOL = 2;
    private static final PoolSettings IMPATIENT = new PoolSettings(
            POOL,
            POOL,
            100,
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofSeconds(5),
            Duration.ofSeconds(20),
            Duration.ofSeconds(2),
            256,
            "test");

    private final DatabaseUrl direct = TestDatabase.fresh();
    private final TcpProxy network = new TcpProxy(direct.port());
    private final Database database = Database.open(network.url(direct), IMPATIENT);

    @BeforeEach
    void openAllAndForget() {
        assertThat(Flux.range(0, POOL)
                        .flatMap(number -> database.withConnection(connection -> ask(connection, 0.3)), POOL)
                        .count()
                        // The first ones on a busy machine.
                        .retry(3)
                        .block())
                .isEqualTo(POOL);
        network.silenceOpenForEver();
    }

    @AfterEach
    void close() {
        network.close();
        database.close();
    }

    @Test
    @DisplayName("fails one piece of work and none after it")
    void once() {
        int failures = 0;
        while (!succeeds(database.withConnection(connection -> ask(connection, 0)))) {
            failures++;
            assertThat(failures).isLessThanOrEqualTo(POOL);
        }
        assertThat(database.withConnection(connection -> ask(connection, 0))
                        .repeat(20)
                        .count()
                        .block())
                .isEqualTo(21);
    }

    @Test
    @DisplayName("fails one transaction and none after it")
    void onceInATransaction() {
        int failures = 0;
        while (!succeeds(database.inTransaction(connection -> ask(connection, 0)))) {
            failures++;
            assertThat(failures).isLessThanOrEqualTo(POOL);
        }
    }

    @Test
    @DisplayName("is given up also when whoever asked has lost patience before")
    void impatient() {
        for (int attempt = 0; attempt < POOL; attempt++) {
            succeeds(database.withConnection(connection -> ask(connection, 0)).timeout(Duration.ofMillis(300)));
        }
        assertThat(succeeds(database.withConnection(connection -> ask(connection, 0))))
                .isTrue();
    }

    private static boolean succeeds(Mono<Boolean> work) {
        return Boolean.TRUE.equals(work.onErrorReturn(false).block());
    }

    private static Mono<Boolean> ask(Connection connection, double seconds) {
        return Query.on(connection, "select pg_sleep($1)::text is not null as slept")
                .with(seconds)
                .list(row -> true)
                .map(rows -> rows.size() == 1);
    }
}
