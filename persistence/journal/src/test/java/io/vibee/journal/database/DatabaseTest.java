package io.vibee.journal.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.r2dbc.postgresql.client.SSLMode;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@Timeout(180)
@Tag("database")
class DatabaseTest {

    private final DatabaseUrl url = TestDatabase.fresh();
    private final Database database = Database.open(url, PoolSettings.defaults());

    @AfterEach
    void close() {
        result(database.closeLater());
    }

    @Test
    void answersAPing() {
        assertThat(result(database.ping())).isTrue();
    }

    @Test
    void aPingOfAnAbsentServerIsFalseAndNotAFailure() {
        DatabaseUrl nowhere = new DatabaseUrl("127.0.0.1", 1, "x", "x", "x", SSLMode.DISABLE, null);
        try (Database absent = Database.open(nowhere, PoolSettings.defaults())) {
            assertThat(result(absent.ping())).isFalse();
        }
    }

    @Test
    void commitsATransactionBeforeItsValueIsSeen() {
        String user = await(
                database.inTransaction(connection -> insert(connection, "a").thenReturn("done")));

        assertThat(user).isEqualTo("done");
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void rollsBackWhatFails() {
        assertThatThrownBy(() -> await(database.inTransaction(connection ->
                        insert(connection, "a").then(Mono.<String>error(new IllegalStateException("no"))))))
                .hasMessageContaining("no");

        assertThat(rows()).isZero();
    }

    @Test
    void leavesNothingOfAFailedStatementToTheNextBorrower() {
        List<CompletableFuture<String>> failing = Flux.range(0, 50)
                .map(i -> database.inTransaction(
                                c -> insert(c, "same").then(insert(c, "same")).thenReturn("x"))
                        .toFuture())
                .collectList()
                .block(Duration.ofSeconds(5));
        assertThat(failing).isNotNull();
        failing.forEach(each -> assertThatThrownBy(() -> result(each))
                .hasCauseInstanceOf(DatabaseConflictException.class)
                .hasMessageContaining("duplicate key"));

        assertThat(rows()).isZero();
    }

    @Test
    void refusesAtOnceWhatTheQueueForConnectionsCanNotHold() {
        PoolSettings tiny = new PoolSettings(
                0,
                1,
                1,
                Duration.ofSeconds(5),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                256,
                "test");
        try (Database small = Database.open(url, tiny)) {
            CompletableFuture<String> holder = new CompletableFuture<>();
            CompletableFuture<Void> held = new CompletableFuture<>();
            CompletableFuture<String> first = small.withConnection(c -> {
                        held.complete(null);
                        return Mono.fromFuture(holder);
                    })
                    .toFuture();
            result(held);
            CompletableFuture<String> waiting =
                    small.withConnection(c -> Mono.just("second")).toFuture();

            assertThatThrownBy(() -> await(small.withConnection(c -> Mono.just("third"))))
                    .hasCauseInstanceOf(DatabaseUnavailableException.class)
                    .hasMessageContaining("Pending acquire");

            holder.complete("first");
            assertThat(result(first)).isEqualTo("first");
            assertThat(result(waiting)).isEqualTo("second");
        }
    }

    @Test
    void goesOnAfterTheServerDroppedEveryConnection() {
        assertThat(rows()).isZero();
        try (Database administrator = Database.open(url, PoolSettings.defaults())) {
            result(administrator
                    .withConnection(c -> Query.on(c, """
                                    select count(pg_terminate_backend(pid, 5000)) as n from pg_stat_activity
                                     where datname = current_database() and pid <> pg_backend_pid()""").one(row -> Column.number(row, "n")))
                    .toFuture());
        }

        assertThat(result(database.withConnection(c -> insert(c, "again").thenReturn("again"))
                        .retry(5)
                        .toFuture()))
                .isEqualTo("again");
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void cancelsAStatementThatRunsTooLong() {
        PoolSettings impatient = new PoolSettings(
                0,
                1,
                1,
                Duration.ofSeconds(5),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Duration.ofSeconds(5),
                Duration.ofMillis(200),
                Duration.ofSeconds(30),
                256,
                "test");
        try (Database small = Database.open(url, impatient)) {
            assertThatThrownBy(() -> await(small.withConnection(
                            c -> Query.on(c, "select pg_sleep(20)").update())))
                    .hasCauseInstanceOf(DatabaseUnavailableException.class)
                    .hasMessageContaining("statement timeout");
            assertThat(result(small.ping())).isTrue();
        }
    }

    @Test
    void belongsToAnActorSystem() {
        var config = ConfigFactory.load()
                .withValue("pekko.persistence.postgres.database.url", ConfigValueFactory.fromAnyRef(url.reveal()));
        ActorSystem system = ActorSystem.create("database", config);
        try {
            assertThat(result(Database.get(system).ping())).isTrue();
            assertThat(Database.get(system)).isSameAs(Database.get(system));
        } finally {
            system.terminate();
            result(system.getWhenTerminated());
        }
    }

    private long rows() {
        return await(database.withConnection(connection -> Flux.from(connection
                        .createStatement("select count(*) from projection")
                        .execute())
                .flatMap(result -> result.map(row -> row.get(0, Long.class)))
                .next()));
    }

    private static Mono<Void> insert(Connection connection, String name) {
        return Flux.from(connection
                        .createStatement("insert into projection (name) values ($1)")
                        .bind(0, name)
                        .execute())
                .flatMap(Result::getRowsUpdated)
                .then();
    }

    private static <T> T await(Mono<T> mono) {
        return result(mono.toFuture());
    }

    private static <T> T result(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }
}
