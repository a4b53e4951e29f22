package io.vibee.journal.query;

import static io.vibee.journal.PersistenceFixture.await;
import static io.vibee.journal.PersistenceFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.JournalOffset;
import io.vibee.journal.Ledger;
import io.vibee.journal.PersistenceFixture;
import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.PersistenceQuery;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("The read journal")
@Timeout(120)
@Tag("database")
class OtherQueriesTest {

    private final PersistenceFixture fixture =
            new PersistenceFixture("pekko.persistence.postgres.query { page = 2, poll-interval = 10 minutes }");
    private final ActorSystem<?> system = fixture.testKit().system();
    private final R2dbcReadJournal journal =
            PersistenceQuery.get(system).getReadJournalFor(R2dbcReadJournal.class, R2dbcReadJournal.IDENTIFIER);

    @AfterEach
    void stop() {
        fixture.close();
    }

    private <T> List<T> all(Source<T, ?> source) throws Exception {
        return await(source.runWith(Sink.seq(), system));
    }

    private <T> Followed<T> followed(Source<T, ?> source) {
        return new Followed<>(source, system);
    }

    @Test
    @DisplayName("knows each persistence id, in order and by pages")
    void currentPersistenceIds() throws Exception {
        for (String id : List.of("c", "a", "e", "b", "d")) {
            fixture.write(fixture.ledger("Ledger|" + id), "1", "2");
        }
        assertThat(all(journal.currentPersistenceIds()))
                .containsExactly("Ledger|a", "Ledger|b", "Ledger|c", "Ledger|d", "Ledger|e");
        assertThat(all(journal.currentPersistenceIds(Optional.of("Ledger|b"), 2)))
                .containsExactly("Ledger|c", "Ledger|d");
        assertThat(all(journal.currentPersistenceIds(Optional.empty(), 0))).isEmpty();
    }

    @Test
    @DisplayName("tells new persistence ids, each once")
    void persistenceIds() {
        fixture.write(fixture.ledger("Ledger|a"), "1");
        fixture.write(fixture.ledger("Ledger|b"), "1", "2");
        Followed<String> ids = followed(journal.persistenceIds());

        assertThat(List.of(ids.next(), ids.next())).containsExactly("Ledger|a", "Ledger|b");
        fixture.write(fixture.ledger("Ledger|c"), "1", "2");
        assertThat(ids.next()).isEqualTo("Ledger|c");
        fixture.write(fixture.ledger("Ledger|aa"), "1");
        assertThat(ids.next()).isEqualTo("Ledger|aa");
        ids.cancel();
    }

    @Test
    @DisplayName("follows one persistence id, up to the last event that is wanted")
    void eventsByPersistenceId() {
        ActorRef<Ledger.Command> ledger = fixture.ledger("Ledger|a");
        fixture.write(ledger, "1", "2", "3");
        Followed<EventEnvelope> events = followed(journal.eventsByPersistenceId("Ledger|a", 2, 5));

        assertThat(events.next().sequenceNr()).isEqualTo(2);
        assertThat(events.next().sequenceNr()).isEqualTo(3);
        fixture.write(ledger, "4", "5", "6");
        assertThat(events.next().sequenceNr()).isEqualTo(4);
        assertThat(events.next().offset()).isEqualTo(Offset.sequence(5));
        assertThat(events.ends()).isTrue();
    }

    @Test
    @DisplayName("finds events by their tags, and follows them")
    void tags() throws Exception {
        ActorRef<Ledger.Command> tagged = fixture.ledger("Ledger|a", "red", "owner:usr_1");
        fixture.write(tagged, "1");
        fixture.write(fixture.ledger("Ledger|b"), "1");

        List<EventEnvelope> red = all(journal.currentEventsByTag("red", Offset.noOffset()));
        assertThat(red).extracting(EventEnvelope::persistenceId).containsExactly("Ledger|a");
        assertThat(red.getFirst().offset()).isInstanceOf(JournalOffset.class);
        assertThat(all(journal.currentEventsByTag("owner:usr_1", Offset.noOffset())))
                .isEmpty();

        Followed<EventEnvelope> live =
                followed(journal.eventsByTag("red", red.getFirst().offset()));
        fixture.write(tagged, "2");
        assertThat(live.next().sequenceNr()).isEqualTo(2);
        live.cancel();
    }

    @Test
    @DisplayName("gives one event, its time, and how far an id has come")
    void single() throws Exception {
        fixture.write(fixture.ledger("Ledger|a"), "1", "2");

        var event = await(journal.<Ledger.Event>loadEnvelope("Ledger|a", 2));
        assertThat(event.event()).isEqualTo(new Ledger.Entered("2"));
        assertThat(event.slice()).isEqualTo(journal.sliceForPersistenceId("Ledger|a"));
        assertThat(await(journal.timestampOf("Ledger|a", 2)).map(Instant::toEpochMilli))
                .contains(event.timestamp());
        assertThat(await(journal.timestampOf("Ledger|a", 3))).isEmpty();
        assertThat(failure(journal.loadEnvelope("Ledger|a", 3)))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessageContaining("sequence number [3] of persistence id [Ledger|a]");
        assertThat(await(journal.currentLastSequenceNumberByPersistenceId("Ledger|a")))
                .contains(2L);
        assertThat(await(journal.currentLastSequenceNumberByPersistenceId("Ledger|b")))
                .isEmpty();
    }

    @Test
    @DisplayName("serves Pekko's Scala interfaces with the same")
    void scala() throws Exception {
        fixture.write(fixture.ledger("Ledger|a", "red"), "1");
        ScalaReadJournal scala = PersistenceQuery.get(system).readJournalFor(R2dbcReadJournal.IDENTIFIER);

        assertThat(all(scala.currentPersistenceIds().asJava())).containsExactly("Ledger|a");
        assertThat(all(scala.currentEventsByTag("red", Offset.noOffset()).asJava()))
                .hasSize(1);
        assertThat(all(scala.currentEventsBySlices("Ledger", 0, 1023, Offset.noOffset())
                        .asJava()))
                .hasSize(1);
        assertThat(scala.sliceRanges(4).size()).isEqualTo(4);
    }
}
