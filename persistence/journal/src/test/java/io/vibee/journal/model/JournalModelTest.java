package io.vibee.journal.model;

import static io.vibee.journal.PersistenceFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.DirectJournal;
import io.vibee.journal.Ledger;
import io.vibee.journal.PersistenceFixture;
import io.vibee.journal.TcpProxy;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import io.vibee.journal.faults.LiveReading;
import io.vibee.journal.query.R2dbcReadJournal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import org.apache.pekko.NotUsed;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.PersistenceQuery;
import org.apache.pekko.persistence.query.typed.EventEnvelope;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whatever is done to some entities, and whatever breaks meanwhile: every way to read gives what a model in memory says. As many
 * sequences as {@link #BUDGET} has time for. A failure prints its seed and the shortest sequence that it found.
 */
@Label("The journal and the snapshot store, compared with a model in memory")
@Tag("database")
class JournalModelTest {

    private static final Logger log = LoggerFactory.getLogger(JournalModelTest.class);

    /** All sequences together; {@code -Dvibee.journal.model.seconds=N} for longer searches. */
    private static final Duration BUDGET = Duration.ofSeconds(Integer.getInteger("vibee.journal.model.seconds", 40));

    private static final String CONFIG = """
            pekko.persistence.postgres {
              journal {
                max-payload = 10 KiB
                replay-page = 3
                # An outage of a moment is long over by then.
                circuit-breaker { max-failures = 1000, reset-timeout = 50ms }
              }
              query { page = 3, poll-interval = 100ms }
              notifications.reconnect-after = 50ms
            }
            pekko.actor.serialization-bindings { "io.vibee.journal.model.Subject$Memory" = jackson-json }
            """;

    private static final DatabaseUrl direct = TestDatabase.fresh();
    private static final TcpProxy network = new TcpProxy(direct.port());
    private static final PersistenceFixture observer = new PersistenceFixture(direct, "");
    private static final PersistenceFixture fixture = new PersistenceFixture(network.url(direct), CONFIG);
    private static final R2dbcReadJournal queries = PersistenceQuery.get(
                    fixture.testKit().system())
            .getReadJournalFor(R2dbcReadJournal.class, R2dbcReadJournal.IDENTIFIER);

    private static long begin;
    private static int runs;
    private static int steps;

    @AfterContainer
    static void stop() {
        log.warn("{} sequences of {} steps were as the model says", runs, steps);
        network.close();
        fixture.close();
        observer.close();
    }

    @Provide
    Arbitrary<List<Step>> sequences() {
        return Step.sequences();
    }

    @Property(tries = 10_000, shrinking = ShrinkingMode.BOUNDED, edgeCases = EdgeCasesMode.NONE)
    @Label("say the same after every sequence of steps")
    void same(@ForAll("sequences") List<Step> sequence, @ForAll @IntRange(max = 100) int from) throws Exception {
        if (begin == 0) {
            begin = System.nanoTime();
        }
        if (System.nanoTime() - begin > BUDGET.toNanos()) {
            return;
        }
        try (Run run = new Run(fixture, observer, network, "Model" + ++runs);
                LiveReading live = LiveReading.of(fixture, run.entityType())) {
            for (Step step : sequence) {
                run.take(step);
                steps++;
            }
            for (Entity entity : run.entities()) {
                entity.restart();
                single(entity);
            }
            current(run);
            tagged(run);
            persistenceIds(run);
            fromTheMiddle(run, from);
            seenLive(run, live);
        }
    }

    private static void single(Entity entity) throws Exception {
        String id = entity.persistenceId();
        Expected expected = entity.expected();
        DirectJournal.Replay replay = new DirectJournal(fixture).replay(id);
        assertThat(Replays.matches(replay, expected))
                .as("%s is %s", replay, expected)
                .isTrue();
        assertThat(replay.highest()).isEqualTo(expected.highest());
        assertThat(await(queries.currentLastSequenceNumberByPersistenceId(id)).orElse(0L))
                .isEqualTo(expected.highest());
        Instant before = Instant.EPOCH;
        for (long number = 1; number <= expected.highest() + 1; number++) {
            var found = await(queries.timestampOf(id, number));
            assertThat(found.isPresent())
                    .as("time of %s %s", id, number)
                    .isEqualTo(expected.events().containsKey(number));
            assertThat(found.orElse(before)).isAfterOrEqualTo(before);
            before = found.orElse(before);
        }
    }

    private static void current(Run run) throws Exception {
        List<EventEnvelope<Ledger.Entered>> all = all(run);
        long expected = 0;
        for (Entity entity : run.entities()) {
            assertThat(all.stream()
                            .filter(event -> event.persistenceId().equals(entity.persistenceId()))
                            .map(event ->
                                    event.sequenceNr() + " " + event.event().entry()))
                    .containsExactlyElementsOf(texts(entity.expected()));
            expected += entity.expected().events().size();
        }
        assertThat(all).hasSize((int) expected);
    }

    private static void tagged(Run run) throws Exception {
        for (String tag : Step.TAGS) {
            List<String> expected = new ArrayList<>();
            run.entities()
                    .forEach(entity -> entity.expected().events().forEach((number, note) -> {
                        if (note.tags().contains(tag)) {
                            expected.add(entity.persistenceId() + " " + number);
                        }
                    }));
            assertThat(await(queries.currentEventsByTag(run.tagName(tag), Offset.noOffset())
                            .map(event -> event.persistenceId() + " " + event.sequenceNr())
                            .runWith(Sink.seq(), fixture.testKit().system())))
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    private static void persistenceIds(Run run) throws Exception {
        List<String> expected = run.entities().stream()
                .filter(entity -> entity.expected().highest() > 0)
                .map(Entity::persistenceId)
                .toList();
        assertThat(await(queries.currentPersistenceIds()
                        .filter(id -> id.startsWith(run.entityType() + "|"))
                        .runWith(Sink.seq(), fixture.testKit().system())))
                .containsExactlyElementsOf(expected);
    }

    /** A live query from an earlier event on gives what came after it, and then what is stored next. */
    private static void fromTheMiddle(Run run, int percent) throws Exception {
        List<EventEnvelope<Ledger.Entered>> all = all(run);
        int index = all.size() * percent / 100;
        Offset offset = index == 0 ? Offset.noOffset() : all.get(index - 1).offset();
        Source<EventEnvelope<Ledger.Entered>, NotUsed> live = queries.eventsBySlices(run.entityType(), 0, 1023, offset);
        CompletionStage<List<String>> seen = live.map(JournalModelTest::place)
                .take(all.size() - index + 1L)
                .runWith(Sink.seq(), fixture.testKit().system());
        Entity last = run.entities().getFirst();
        last.complete(last.begin(new Step.Write(0, 1, Set.of())));

        List<String> expected = new ArrayList<>();
        all.subList(index, all.size()).forEach(event -> expected.add(place(event)));
        expected.add(last.persistenceId() + " " + last.expected().highest());
        assertThat(await(seen)).containsExactlyElementsOf(expected);
    }

    /** It may have seen what is deleted by now. */
    private static void seenLive(Run run, LiveReading live) {
        for (Entity entity : run.entities()) {
            observer.eventually(() -> assertThat(live.seen(entity.persistenceId()))
                    .containsAll(entity.expected().events().keySet()));
            assertThat(live.seen(entity.persistenceId()))
                    .allMatch(number -> number <= entity.expected().highest());
        }
        assertThat(live.wrong()).as("doubled or late").isEmpty();
    }

    private static List<EventEnvelope<Ledger.Entered>> all(Run run) throws Exception {
        Source<EventEnvelope<Ledger.Entered>, NotUsed> events =
                queries.currentEventsBySlices(run.entityType(), 0, 1023, Offset.noOffset());
        return await(events.runWith(Sink.seq(), fixture.testKit().system()));
    }

    private static String place(EventEnvelope<?> event) {
        return event.persistenceId() + " " + event.sequenceNr();
    }

    private static List<String> texts(Expected expected) {
        List<String> texts = new ArrayList<>();
        expected.events().forEach((number, note) -> texts.add(number + " " + note.text()));
        return texts;
    }
}
