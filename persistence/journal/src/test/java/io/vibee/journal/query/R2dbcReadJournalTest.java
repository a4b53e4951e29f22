package io.vibee.journal.query;

import static io.vibee.journal.PersistenceFixture.await;
import static io.vibee.journal.PersistenceFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.Ledger;
import io.vibee.journal.PersistenceFixture;
import io.vibee.journal.UnreadablePayloadException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.PersistenceQuery;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("The current events of a persistence id")
@Tag("database")
class R2dbcReadJournalTest {

    private static final PersistenceFixture fixture =
            new PersistenceFixture("pekko.persistence.postgres.query.page = 2");

    private final R2dbcReadJournal journal = PersistenceQuery.get(
                    fixture.testKit().system())
            .getReadJournalFor(R2dbcReadJournal.class, R2dbcReadJournal.IDENTIFIER);

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    void comeInOrderOverSeveralPages() throws Exception {
        fixture.write(fixture.ledger("Ledger|paged"), "1", "2", "3", "4", "5");

        List<EventEnvelope> events = read("Ledger|paged", 0, Long.MAX_VALUE);

        assertThat(events)
                .extracting(EventEnvelope::event)
                .containsExactly(
                        new Ledger.Entered("1"),
                        new Ledger.Entered("2"),
                        new Ledger.Entered("3"),
                        new Ledger.Entered("4"),
                        new Ledger.Entered("5"));
    }

    @Test
    void carryTheirSequenceNumberAsOffsetAndTheTimeTheyWereStored() throws Exception {
        fixture.write(fixture.ledger("Ledger|timed"), "1");

        EventEnvelope event = read("Ledger|timed", 1, 1).getFirst();

        assertThat(event.persistenceId()).isEqualTo("Ledger|timed");
        assertThat(event.sequenceNr()).isEqualTo(1);
        assertThat(event.offset()).isEqualTo(Offset.sequence(1));
        assertThat(Instant.ofEpochMilli(event.timestamp()))
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
    }

    @Test
    void areBoundedOnBothSides() throws Exception {
        fixture.write(fixture.ledger("Ledger|bounded"), "1", "2", "3", "4");

        assertThat(read("Ledger|bounded", 2, 3))
                .extracting(EventEnvelope::sequenceNr)
                .containsExactly(2L, 3L);
        assertThat(read("Ledger|bounded", 3, 2)).isEmpty();
        assertThat(read("Ledger|never written", 0, Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void areAskedForOnlyAsTheyAreWanted() throws Exception {
        fixture.write(fixture.ledger("Ledger|lazy"), "1", "2", "3", "4");
        Source<EventEnvelope, ?> events = journal.currentEventsByPersistenceId("Ledger|lazy", 0, Long.MAX_VALUE);

        assertThat(await(events.take(1).runWith(Sink.seq(), fixture.testKit().system())))
                .hasSize(1);
        assertThat(await(fixture.database().ping())).as("no connection is held").isTrue();
    }

    @Test
    void serveTheScalaInterfaceToo() {
        ScalaReadJournal scala =
                PersistenceQuery.get(fixture.testKit().system()).readJournalFor(R2dbcReadJournal.IDENTIFIER);

        assertThat(scala.currentEventsByPersistenceId("Ledger|x", 0, 1)).isNotNull();
    }

    @Test
    void failWithTheOneThatCanNotBeRead() {
        fixture.write(fixture.ledger("Ledger|broken"), "1", "2");
        fixture.execute(
                "update event_journal set event_ser_id = 4711 where persistence_id = 'Ledger|broken' and seq_nr = 2");

        assertThat(failure(journal.currentEventsByPersistenceId("Ledger|broken", 0, Long.MAX_VALUE)
                        .completionTimeout(Duration.ofSeconds(20))
                        .runWith(Sink.ignore(), fixture.testKit().system())))
                .isInstanceOf(UnreadablePayloadException.class)
                .hasMessageContaining("sequence number [2] of persistence id [Ledger|broken]");
    }

    private List<EventEnvelope> read(String persistenceId, long from, long to) throws Exception {
        return await(journal.currentEventsByPersistenceId(persistenceId, from, to)
                .runWith(Sink.seq(), fixture.testKit().system()));
    }
}
