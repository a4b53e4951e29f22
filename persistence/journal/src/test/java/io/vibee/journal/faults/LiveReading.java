package io.vibee.journal.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.PersistenceFixture;
import io.vibee.journal.query.R2dbcReadJournal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.event.Logging;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.PersistenceQuery;
import org.apache.pekko.persistence.query.typed.EventEnvelope;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.RestartSettings;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.RestartSource;
import org.apache.pekko.stream.javadsl.Sink;

/** A live query of all slices that goes on after failures from where it was; and checks that each event comes once, in order. */
public final class LiveReading implements AutoCloseable {

    private static final RestartSettings RESTART = RestartSettings.create(
                    Duration.ofMillis(100), Duration.ofSeconds(1), 0.1)
            .withLogSettings(RestartSettings.createLogSettings(Logging.DebugLevel()));

    private volatile Offset reached = Offset.noOffset();
    private final Map<String, List<Long>> seen = new HashMap<>();
    private final UniqueKillSwitch running;
    private String wrong = "";
    private long starts;

    public static LiveReading of(PersistenceFixture fixture, String entityType) {
        return new LiveReading(fixture, entityType);
    }

    private LiveReading(PersistenceFixture fixture, String entityType) {
        R2dbcReadJournal journal = PersistenceQuery.get(fixture.testKit().system())
                .getReadJournalFor(R2dbcReadJournal.class, R2dbcReadJournal.IDENTIFIER);
        running = RestartSource.onFailuresWithBackoff(RESTART, () -> {
                    started();
                    return journal.eventsBySlices(entityType, 0, 1023, reached).map(event -> {
                        see(event);
                        return event;
                    });
                })
                .viaMat(KillSwitches.single(), Keep.right())
                .to(Sink.ignore())
                .run(fixture.testKit().system());
    }

    private synchronized void started() {
        starts++;
    }

    private synchronized void see(EventEnvelope<Object> event) {
        reached = event.offset();
        List<Long> numbers = seen.computeIfAbsent(event.persistenceId(), unseen -> new ArrayList<>());
        if (!numbers.isEmpty() && numbers.getLast() >= event.sequenceNr() && wrong.isEmpty()) {
            wrong = event.persistenceId() + ": " + event.sequenceNr() + " after " + numbers.getLast();
        }
        numbers.add(event.sequenceNr());
    }

    /** The sequence numbers seen of a persistence id, in the order in which they came. */
    public synchronized List<Long> seen(String persistenceId) {
        return List.copyOf(seen.getOrDefault(persistenceId, List.of()));
    }

    private synchronized long count() {
        return seen.values().stream().mapToLong(List::size).sum();
    }

    /** How often it failed. */
    synchronized long failures() {
        return starts - 1;
    }

    /** The first event that came twice or too late, if there was one. */
    public synchronized String wrong() {
        return wrong;
    }

    /** Waits until it has seen all that there is. */
    void check(PersistenceFixture observer) {
        observer.eventually(() -> {
            assertThat(wrong()).as("doubled or late").isEmpty();
            // Again each time: what was in flight may have been stored after its entity stopped.
            assertThat(observer.rows("select count(*) from event_journal")).containsExactly(Long.toString(count()));
        });
    }

    @Override
    public void close() {
        running.shutdown();
    }
}
