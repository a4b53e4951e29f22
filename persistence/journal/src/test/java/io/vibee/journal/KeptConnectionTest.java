package io.vibee.journal;

import static io.vibee.journal.PersistenceFixture.PATIENCE;
import static io.vibee.journal.PersistenceFixture.await;
import static io.vibee.journal.Writes.settings;
import static io.vibee.journal.Writes.write;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.PoolSettings;
import io.vibee.journal.database.Query;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("Group commit keeps a connection")
@Tag("database")
class KeptConnectionTest {

    private static final PersistenceFixture fixture = new PersistenceFixture();

    /** Of one connection: whoever has it keeps all others waiting. */
    private final Database pool = Database.open(
            fixture.database().url(),
            PoolSettings.of(ConfigFactory.parseString("pool { initial-size = 0, max-size = 1, max-acquire-time = 30s }")
                    .withFallback(ConfigFactory.load().getConfig("pekko.persistence.postgres.database"))));

    @AfterEach
    void close() {
        pool.close();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    @DisplayName("for the writes that follow, and gives it back when it stops")
    void forTheNext() throws Exception {
        GroupCommit journal = groupCommit("1h");
        await(journal.store(write("kept", 1)));
        CompletionStage<Integer> other = backend();
        for (int i = 2; i <= 20; i++) {
            await(journal.store(write("kept", i)));
        }
        assertThat(other.toCompletableFuture()).isNotDone();

        journal.close();

        assertThat(await(other)).isPositive();
        assertThat(fixture.rows("select count(*) from event_journal where persistence_id = 'kept'"))
                .containsExactly("20");
    }

    @Test
    @DisplayName("no longer than it is told")
    void notForEver() throws Exception {
        GroupCommit journal = groupCommit("20ms");
        await(journal.store(write("a while", 1)));

        assertThat(await(backend())).isPositive();
        await(journal.store(write("a while", 2)));
        assertThat(await(backend())).isPositive();
    }

    @Test
    @DisplayName("not at all when told so")
    void never() throws Exception {
        GroupCommit journal = groupCommit("0s");
        await(journal.store(write("never", 1)));
        assertThat(await(backend())).isPositive();
        await(journal.store(write("never", 2)));
    }

    @Test
    @DisplayName("and takes another one when it died meanwhile")
    void dead() throws Exception {
        int backend = await(backend());
        GroupCommit journal = groupCommit("1h");
        await(journal.store(write("dead", 1)));
        fixture.execute("do 'begin perform pg_terminate_backend(" + backend + "); end'");
        // The end of a connection is noticed a little later; a write that was sent by then fails.
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isStored(journal.store(write("dead", 2)))) {
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
        await(journal.store(write("dead", 3)));
        journal.close();

        assertThat(await(backend())).isNotEqualTo(backend);
    }

    private static boolean isStored(CompletionStage<Done> write) throws Exception {
        try {
            await(write);
            return true;
        } catch (ExecutionException failed) {
            return false;
        }
    }

    private CompletionStage<Integer> backend() {
        return pool.withConnection(connection -> Query.on(connection, "select pg_backend_pid() as pid")
                        .rows(row -> Column.integer(row, "pid"))
                        .single())
                .toFuture();
    }

    private GroupCommit groupCommit(String keep) {
        return new GroupCommit(
                pool,
                settings("group-commit.keep-connection = " + keep),
                Adapter.toClassic(fixture.testKit().system()).scheduler(),
                fixture.testKit().system().executionContext(),
                committed -> {});
    }
}
