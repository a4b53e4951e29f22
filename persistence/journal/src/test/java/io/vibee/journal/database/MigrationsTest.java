package io.vibee.journal.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.vibee.journal.JournalSchema;
import io.vibee.journal.TcpProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
@Tag("database")
class MigrationsTest {

    @Test
    void runOnceWhenSeveralNodesStartTogether() {
        DatabaseUrl url = TestDatabase.empty();
        CountDownLatch together = new CountDownLatch(3);

        List<CompletableFuture<Integer>> nodes = Stream.generate(() -> CompletableFuture.supplyAsync(
                        () -> {
                            together.countDown();
                            awaitAll(together);
                            return migrate(url);
                        },
                        task -> new Thread(task).start()))
                .limit(3)
                .toList();

        assertThat(nodes.stream().mapToInt(CompletableFuture::join).sum())
                .as("each once, whichever node does it")
                .isEqualTo(migrate(TestDatabase.empty()));
    }

    @Test
    void haveNothingToDoTheSecondTime() {
        assertThat(migrate(TestDatabase.fresh())).isZero();
    }

    @Test
    void failInTimeWhenNothingComesFromTheServer() {
        DatabaseUrl direct = TestDatabase.empty();
        try (TcpProxy network = new TcpProxy(direct.port())) {
            network.silence();
            assertThatThrownBy(() -> migrate(network.url(direct))).hasMessageContaining("timed out");
        }
    }

    @Test
    void sayWhatTheServerRefusedAndWhatARoleNeeds() {
        DatabaseUrl owner = TestDatabase.empty();
        execute(owner, "drop role if exists powerless");
        execute(owner, "create role powerless login password 'x'");
        DatabaseUrl powerless =
                new DatabaseUrl(owner.host(), owner.port(), owner.database(), "powerless", "x", owner.sslMode(), null);

        assertThatThrownBy(() -> migrate(powerless))
                .hasMessageStartingWith("ERROR: permission denied for schema public")
                .hasMessageEndingWith("to \"powerless\")")
                .hasMessageNotContaining("\n");
    }

    @Test
    void sayThatTheServerTakesNoWrites() {
        DatabaseUrl url = TestDatabase.empty();
        execute(url, "alter database " + url.database() + " set default_transaction_read_only = on");

        assertThatThrownBy(() -> migrate(url))
                .hasMessageStartingWith("ERROR: cannot execute ")
                .hasMessageContaining("read-only transaction")
                .hasMessageEndingWith(
                        "(needed: the server that takes writes; this one is a standby, or set to read only)");
    }

    @Test
    void refuseADatabaseInWhichNotEveryTextCanBeStored() {
        DatabaseUrl other = TestDatabase.empty();
        execute(
                other,
                "create database " + other.database()
                        + "_latin encoding 'LATIN1' locale_provider libc lc_collate 'C' lc_ctype 'C' template template0");

        assertThatThrownBy(() -> migrate(other.withDatabase(other.database() + "_latin")))
                .hasMessage("its encoding is LATIN1 (needed: a database made with encoding 'UTF8' template template0)");
    }

    @Test
    void leaveTheTablesOfOthersAlone() {
        DatabaseUrl url = TestDatabase.empty();
        execute(url, "create table cart (id text)");
        execute(url, "create table flyway_schema_history (version text)");

        assertThat(migrate(url)).isPositive();
        assertThat(migrate(url)).isZero();
    }

    private static int migrate(DatabaseUrl url) {
        return JournalSchema.migrate(url, ConfigFactory.defaultReference());
    }

    private static void execute(DatabaseUrl url, String sql) {
        try (Connection connection = new JdbcSource(url, "test").getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private static void awaitAll(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
