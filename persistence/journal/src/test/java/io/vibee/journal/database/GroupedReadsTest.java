package io.vibee.journal.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.postgresql.client.SSLMode;
import io.r2dbc.spi.Connection;
import io.vibee.journal.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

@DisplayName("Grouped reads")
@Timeout(60)
@Tag("database")
class GroupedReadsTest {

    /** Counts up to a number that is given as text; a text that is no number is refused by the server. */
    private static final String COUNT_UP =
            "select asked.place, n from unnest($1::text[]) with ordinality as asked(upto, place),"
                    + " lateral generate_series(1, asked.upto::int) as n order by asked.place, n";

    private static final int TOGETHER = 10;
    private static final int MOST_WAITING = 25;

    private final List<List<String>> statements = new CopyOnWriteArrayList<>();
    private final Database database = pool(TestDatabase.fresh());
    private final GroupedReads<String, Integer> reads = countingUp(database);
    private final CompletableFuture<String> release = new CompletableFuture<>();

    @AfterEach
    void close() {
        release.complete("");
        Eventually.value(database.closeLater());
    }

    @Test
    @DisplayName("answer each question with its own rows, in order")
    void ownRows() {
        holdTheConnection();
        List<CompletionStage<List<Integer>>> answers =
                IntStream.range(0, 5).mapToObj(n -> reads.ask("" + n)).toList();
        release.complete("");

        assertThat(answers.stream().map(Eventually::value))
                .containsExactly(List.of(), List.of(1), List.of(1, 2), List.of(1, 2, 3), List.of(1, 2, 3, 4));
        assertThat(statements).containsExactly(List.of("0", "1", "2", "3", "4"));
    }

    @Test
    @DisplayName("put no more into a statement than may be together")
    void bounded() {
        holdTheConnection();
        List<CompletionStage<List<Integer>>> answers =
                IntStream.range(0, 23).mapToObj(n -> reads.ask("1")).toList();
        release.complete("");

        assertThat(answers.stream().map(Eventually::value)).hasSize(23).containsOnly(List.of(1));
        assertThat(statements.stream().map(List::size)).containsExactlyInAnyOrder(10, 10, 3);
    }

    @Test
    @DisplayName("fail only the question that the server refuses")
    void aloneInFailing() {
        holdTheConnection();
        CompletionStage<List<Integer>> good = reads.ask("1");
        CompletionStage<List<Integer>> bad = reads.ask("not a number");
        CompletionStage<List<Integer>> alsoGood = reads.ask("2");
        release.complete("");

        assertThat(Eventually.value(good)).containsExactly(1);
        assertThat(Eventually.value(alsoGood)).containsExactly(1, 2);
        assertThatThrownBy(() -> Eventually.value(bad))
                .hasStackTraceContaining("invalid input syntax for type integer");
    }

    @Test
    @DisplayName("don't ask what its caller has given up")
    void givenUp() {
        holdTheConnection();
        CompletionStage<List<Integer>> late = reads.ask("1");
        CompletionStage<List<Integer>> inTime = reads.ask("2");
        late.toCompletableFuture().cancel(false);
        release.complete("");

        assertThat(Eventually.value(inTime)).containsExactly(1, 2);
        assertThat(statements).containsExactly(List.of("2"));
    }

    @Test
    @DisplayName("refuse at once what is too much")
    void tooMuch() {
        holdTheConnection();
        List<CompletionStage<List<Integer>>> answers =
                IntStream.range(0, MOST_WAITING).mapToObj(n -> reads.ask("1")).toList();

        assertThatThrownBy(() -> Eventually.value(reads.ask("1"))).hasRootCauseMessage("too many questions wait");

        release.complete("");
        assertThat(answers.stream().map(Eventually::value)).containsOnly(List.of(1));
    }

    @Test
    @DisplayName("fail whoever waits when the database is away, and answer again afterwards")
    void away() {
        DatabaseUrl nowhere = new DatabaseUrl("127.0.0.1", 1, "x", "x", "x", SSLMode.DISABLE, null);
        try (Database absent = pool(nowhere)) {
            GroupedReads<String, Integer> failing = countingUp(absent);
            List<CompletionStage<List<Integer>>> answers =
                    IntStream.range(0, 5).mapToObj(n -> failing.ask("1")).toList();

            assertThat(answers)
                    .allSatisfy(answer -> assertThatThrownBy(() -> Eventually.value(answer))
                            .hasCauseInstanceOf(DatabaseUnavailableException.class));
            assertThatThrownBy(() -> Eventually.value(failing.ask("1")))
                    .hasCauseInstanceOf(DatabaseUnavailableException.class);
        }
    }

    private GroupedReads<String, Integer> countingUp(Database database) {
        return new GroupedReads<>(database, TOGETHER, this::countUp, row -> Column.integer(row, "n"));
    }

    private Query countUp(Connection connection, List<String> upTo) {
        statements.add(upTo);
        return Query.on(connection, COUNT_UP).with(upTo.toArray(String[]::new));
    }

    /** Takes the only connection, so that questions gather. */
    private void holdTheConnection() {
        CompletableFuture<Boolean> held = new CompletableFuture<>();
        database.withConnection(connection -> {
                    held.complete(true);
                    return Mono.fromFuture(release);
                })
                .subscribe();
        Eventually.value(held);
    }

    private static Database pool(DatabaseUrl url) {
        return Database.open(
                url,
                new PoolSettings(
                        0,
                        1,
                        MOST_WAITING,
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(40),
                        256,
                        "test"));
    }
}
