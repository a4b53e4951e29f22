package io.vibee.journal.projection;

import static io.vibee.journal.PersistenceFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.vibee.journal.Ledger;
import io.vibee.journal.PersistenceFixture;
import io.vibee.journal.ThrowsIn;
import io.vibee.journal.database.Query;
import io.vibee.journal.query.R2dbcReadJournal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.PersistenceQuery;
import org.apache.pekko.persistence.query.typed.EventEnvelope;
import org.apache.pekko.stream.javadsl.Sink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@DisplayName("A projection")
@Timeout(120)
@Tag("database")
class ProjectionTest {

    private static final int RANGES = 2;

    private final PersistenceFixture fixture = new PersistenceFixture("""
            pekko.persistence.postgres.projections { look-interval = 50ms, min-backoff = 20ms, max-backoff = 50ms, batch = 3 }
            pekko.persistence.postgres.query.poll-interval = 1s""");
    private final ProjectionControl control = new ProjectionControl(fixture.database());
    private final Map<String, Throwable> poison = new ConcurrentHashMap<>();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger setAside = new AtomicInteger();
    private final AtomicInteger defects = new AtomicInteger();
    private final Projection<Ledger.Event> projection = new Projection<>("ledgers", "Ledger", RANGES, new Rows());

    @BeforeEach
    void table() {
        // A counter: what is handled twice would be seen.
        fixture.execute("create table ledger_row (build int, persistence_id text, entry text, times int,"
                + " primary key (build, persistence_id, entry))");
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    /** Writes each entry as a row, and fails at the poisonous ones. */
    private final class Rows implements ProjectionHandler<Ledger.Event> {

        @Override
        public CompletionStage<ProjectionHandler.Rows> prepare(List<EventEnvelope<Ledger.Event>> events) {
            return CompletableFuture.completedFuture((connection, build) -> Flux.fromIterable(events)
                    .concatMap(event -> write(connection, build, event))
                    .then(Mono.just(Done.getInstance())));
        }

        private Mono<Long> write(Connection connection, int build, EventEnvelope<Ledger.Event> envelope) {
            String entry = ((Ledger.Entered) envelope.event()).entry();
            Throwable failure = poison.get(entry);
            if (failure != null) {
                return Mono.error(failure);
            }
            return Query.on(
                            connection,
                            "insert into ledger_row as kept values ($1, $2, $3, 1)"
                                    + " on conflict (build, persistence_id, entry) do update set times = kept.times + 1")
                    .with(build)
                    .with(envelope.persistenceId())
                    .with(entry)
                    .update();
        }

        @Override
        public Mono<Long> discard(Connection connection, int build, int limit) {
            return Query.on(
                            connection,
                            "delete from ledger_row where ctid = any(array("
                                    + " select ctid from ledger_row where build = $1 limit $2))")
                    .with(build)
                    .with(limit)
                    .update();
        }
    }

    private List<ActorRef<ProjectionWorker.Command>> workers() {
        List<Pair<Integer, Integer>> ranges =
                Persistence.get(fixture.testKit().system()).getSliceRanges(RANGES);
        return ranges.stream()
                .map(range ->
                        fixture.spawn(ProjectionWorker.create(projection, range.first(), range.second(), observer())))
                .toList();
    }

    private ProjectionObserver observer() {
        return new ProjectionObserver() {
            @Override
            public void stored(int events, Duration lag) {
                assertThat(events).isBetween(1, 3);
            }

            @Override
            public void lag(int minSlice, Duration lag) {
                assertThat(lag).isGreaterThanOrEqualTo(Duration.ofMinutes(-1));
                if (defects.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    throw new IllegalStateException("a defect of the worker's own");
                }
            }

            @Override
            public void failed() {
                failures.incrementAndGet();
            }

            @Override
            public void setAside() {
                setAside.incrementAndGet();
            }
        };
    }

    private void write(String id, String... entries) {
        fixture.write(fixture.ledger(id), entries);
    }

    private List<String> rows(int build) {
        return fixture.rows("select persistence_id, entry, times from ledger_row where build = " + build
                + " order by persistence_id, entry");
    }

    @Test
    @DisplayName("makes rows of every event once, also when its workers are killed and come again")
    void once() {
        write("Ledger|a", "1", "2", "3", "4", "5");
        List<ActorRef<ProjectionWorker.Command>> first = workers();
        fixture.eventually(() -> assertThat(rows(1)).hasSize(5));
        first.forEach(worker -> fixture.testKit().stop(worker));
        write("Ledger|b", "1", "2");

        workers();
        fixture.eventually(() -> assertThat(rows(1))
                .containsExactly(
                        "Ledger|a,1,1",
                        "Ledger|a,2,1",
                        "Ledger|a,3,1",
                        "Ledger|a,4,1",
                        "Ledger|a,5,1",
                        "Ledger|b,1,1",
                        "Ledger|b,2,1"));
    }

    @Test
    @ThrowsIn(ProjectionWorker.class)
    @DisplayName("makes them once also when the worker's own code fails and it begins again")
    void begunAgain() {
        SupervisorStrategy again =
                SupervisorStrategy.restartWithBackoff(Duration.ofMillis(10), Duration.ofMillis(50), 0.2);
        defects.set(3);
        Persistence.get(fixture.testKit().system())
                .getSliceRanges(RANGES)
                .forEach(range -> fixture.spawn(Behaviors.supervise(
                                ProjectionWorker.create(projection, range.first(), range.second(), observer()))
                        .onFailure(again)));

        fixture.eventually(() -> assertThat(defects).hasValue(0));
        write("Ledger|a", "1", "2", "3", "4");

        fixture.eventually(() ->
                assertThat(rows(1)).containsExactly("Ledger|a,1,1", "Ledger|a,2,1", "Ledger|a,3,1", "Ledger|a,4,1"));
    }

    @Test
    @DisplayName("makes them once even when two have the same slices")
    void twice() {
        workers();
        workers();
        for (int i = 0; i < 10; i++) {
            write("Ledger|" + i, "1", "2");
        }
        fixture.eventually(() -> assertThat(rows(1)).hasSize(20));
        assertThat(rows(1)).allSatisfy(row -> assertThat(row).endsWith(",1"));
    }

    @Nested
    @DisplayName("that meets an event which can't be handled")
    class Poisoned {

        private List<String> recorded() {
            return fixture.rows(
                    "select persistence_id, seq_nr, cause from projection_set_aside order by persistence_id, seq_nr");
        }

        @Test
        @DisplayName("sets it aside, alone, with its cause, and makes rows of all others")
        void aside() throws Exception {
            poison.put("bad", new IllegalStateException("with somebody's words"));
            write("Ledger|a", "1", "2", "bad", "3");
            write("Ledger|b", "bad", "4", "a\u0000b", "5", "bad", "6", "7");
            workers();

            fixture.eventually(() -> assertThat(rows(1))
                    .containsExactly(
                            "Ledger|a,1,1",
                            "Ledger|a,2,1",
                            "Ledger|a,3,1",
                            "Ledger|b,4,1",
                            "Ledger|b,5,1",
                            "Ledger|b,6,1",
                            "Ledger|b,7,1"));
            assertThat(recorded())
                    .satisfiesExactly(
                            first -> assertThat(first).startsWith("Ledger|a,3,IllegalStateException at ProjectionTest"),
                            second -> assertThat(second).startsWith("Ledger|b,1,IllegalStateException"),
                            third -> assertThat(third)
                                    .isEqualTo("Ledger|b,3,SQLSTATE 22021 (character not in repertoire)"),
                            fourth -> assertThat(fourth).startsWith("Ledger|b,5,IllegalStateException"));
            assertThat(setAside).hasValue(4);
            assertThat(failures).as("failures that are tried again").hasValue(0);
            assertThat(await(control.setAside(2)))
                    .hasSize(2)
                    .allSatisfy(event -> assertThat(event.name()).isEqualTo("ledgers"));
            write("Ledger|b", "8");
            fixture.eventually(() -> assertThat(rows(1)).contains("Ledger|b,8,1"));
        }

        @Test
        @DisplayName("sets one aside that can't even be read")
        void unreadable() {
            write("Ledger|a", "1", "2", "3");
            fixture.execute("update event_journal set event_payload = 'nonsense' where seq_nr = 2");
            write("Ledger|b", "1", "2");
            fixture.execute("update event_journal set event_ser_manifest = 'of tomorrow'"
                    + " where persistence_id = 'Ledger|b' and seq_nr = 1");
            workers();

            fixture.eventually(
                    () -> assertThat(rows(1)).containsExactly("Ledger|a,1,1", "Ledger|a,3,1", "Ledger|b,2,1"));
            assertThat(recorded()).hasSize(2);
        }

        @Test
        @DisplayName("tries it again when it is built anew, and forgets what the build before had set aside")
        void again() throws Exception {
            poison.put("bad", new IllegalStateException("poisonous"));
            write("Ledger|a", "bad", "1");
            workers();
            fixture.eventually(() -> assertThat(recorded()).hasSize(1));
            poison.clear();

            await(control.rebuild("ledgers"));

            fixture.eventually(() -> assertThat(rows(2)).containsExactly("Ledger|a,1,1", "Ledger|a,bad,1"));
            fixture.eventually(() -> assertThat(recorded()).isEmpty());
        }
    }

    @Nested
    @DisplayName("that fails for what lies around its events")
    class Hindered {

        private final ProjectionWatch watch =
                new ProjectionWatch(fixture.database(), Map.of("ledgers", "Ledger"), Duration.ofMillis(300));

        private ProjectionWatch.State state() {
            try {
                return await(watch.state());
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        @Test
        @ThrowsIn(BuildRun.class)
        @DisplayName("skips nothing, tells that it stands still and why, and goes on when it can")
        void standsStill() {
            poison.put("slow", new TimeoutException("with somebody's words"));
            write("Ledger|a", "1");
            workers();
            write("Ledger|b", "slow", "2");

            fixture.eventually(() -> assertThat(state().standstills())
                    .singleElement()
                    .satisfies(still -> {
                        assertThat(still.name()).isEqualTo("ledgers");
                        assertThat(still.time()).isGreaterThanOrEqualTo(Duration.ofMillis(300));
                        assertThat(still.failure()).startsWith("TimeoutException");
                    }));
            fixture.eventually(() -> assertThat(failures).hasValueGreaterThan(2));
            assertThat(rows(1)).doesNotContain("Ledger|b,2,1");
            assertThat(setAside).hasValue(0);

            poison.clear();
            fixture.eventually(
                    () -> assertThat(rows(1)).containsExactly("Ledger|a,1,1", "Ledger|b,2,1", "Ledger|b,slow,1"));
            fixture.eventually(() -> assertThat(state().standstills()).isEmpty());
            assertThat(progress()).allSatisfy(one -> assertThat(one.failure()).isNull());
        }

        @Test
        @DisplayName("writes fewer events at once, until what can be written is")
        void fewer() {
            poison.put("slow", new TimeoutException());
            write("Ledger|a", "1", "2", "slow");
            workers();

            fixture.eventually(() -> assertThat(rows(1)).containsExactly("Ledger|a,1,1", "Ledger|a,2,1"));
        }

        @Test
        @DisplayName("does not stand still while there is nothing to read, or when it is paused")
        void idle() throws Exception {
            write("Ledger|a", "1");
            workers();
            fixture.eventually(() -> assertThat(rows(1)).hasSize(1));
            fixture.execute("update projection_progress set updated_at = now() - interval '1 hour'");
            assertThat(state().standstills()).isEmpty();

            await(control.pause("ledgers", true));
            fixture.execute("update projection_progress set position = '0/0/0'");
            ProjectionWatch another =
                    new ProjectionWatch(fixture.database(), Map.of("ledgers", "Ledger"), Duration.ofMillis(1));
            assertThat(await(another.state()).standstills()).isEmpty();
        }
    }

    @Test
    @DisplayName("pauses and goes on when it is told to")
    void paused() throws Exception {
        await(new ProjectionRows(fixture.database()).control("ledgers"));
        assertThat(await(control.pause("ledgers", true))).isTrue();
        assertThat(await(control.pause("nothing", true))).isFalse();
        workers();
        write("Ledger|a", "1");
        // What another reader has seen by now it would have seen too.
        await(PersistenceQuery.get(fixture.testKit().system())
                .getReadJournalFor(R2dbcReadJournal.class, R2dbcReadJournal.IDENTIFIER)
                .eventsBySlices("Ledger", 0, 1023, Offset.noOffset())
                .runWith(Sink.head(), fixture.testKit().system()));
        assertThat(rows(1)).isEmpty();

        assertThat(await(control.pause("ledgers", false))).isTrue();
        fixture.eventually(() -> assertThat(rows(1)).hasSize(1));
    }

    private List<ProjectionControl.Progress> progress() {
        try {
            return await(control.progress());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("is built anew beside the tables that are read, which then go")
    void rebuilt() throws Exception {
        workers();
        write("Ledger|a", "1", "2");
        fixture.eventually(() -> assertThat(rows(1)).hasSize(2));
        fixture.execute("update ledger_row set entry = 'spoilt' where entry = '2'");

        assertThat(await(control.rebuild("ledgers"))).isEqualTo(Optional.of(2));
        assertThat(await(control.rebuild("nothing"))).isEmpty();
        fixture.eventually(() -> assertThat(fixture.rows("select serving, building from projection"))
                .containsExactly("2,null"));
        assertThat(rows(2)).containsExactly("Ledger|a,1,1", "Ledger|a,2,1");
        fixture.eventually(() -> assertThat(rows(1)).isEmpty());
        fixture.eventually(
                () -> assertThat(progress()).hasSize(RANGES).allMatch(one -> one.served() && one.build() == 2));
        write("Ledger|b", "1");
        fixture.eventually(() -> assertThat(rows(2)).hasSize(3));
    }

    @Test
    @DisplayName("that was divided otherwise before goes on only after a rebuild")
    void divided() throws Exception {
        workers()
                .forEach(worker ->
                        fixture.eventually(() -> assertThat(progress()).hasSize(RANGES)));
        ProjectionRows rows = new ProjectionRows(fixture.database());

        assertThat(PersistenceFixture.failure(rows.position("ledgers", 1, 0, 1023)))
                .hasMessageContaining("expected: a rebuild");
    }
}
