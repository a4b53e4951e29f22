package io.vibee.journal;

import static io.vibee.journal.PersistenceFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("The journal, for its entities")
@Tag("database")
class R2dbcJournalTest {

    private static final PersistenceFixture fixture =
            new PersistenceFixture("pekko.persistence.postgres.journal { replay-page = 2, max-payload = 2 KiB }");

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @BeforeEach
    void empty() {
        fixture.execute("truncate event_journal, unfinished");
    }

    @Test
    void storesWhatManyEntitiesWriteAtOnceAndReplaysAllOfIt() {
        int entities = 200;
        List<ActorRef<Ledger.Command>> ledgers = new ArrayList<>();
        for (int i = 0; i < entities; i++) {
            ledgers.add(fixture.ledger("Ledger|" + i));
        }
        TestProbe<Done> stored = fixture.testKit().createTestProbe();
        for (ActorRef<Ledger.Command> ledger : ledgers) {
            ledger.tell(new Ledger.Write(List.of("a"), stored.ref()));
            ledger.tell(new Ledger.Write(List.of("b", "c"), stored.ref()));
            ledger.tell(new Ledger.Write(List.of("d"), stored.ref()));
        }
        stored.receiveSeveralMessages(3 * entities, PersistenceFixture.PATIENCE);

        for (int i = 0; i < entities; i++) {
            fixture.testKit().stop(ledgers.get(i), PersistenceFixture.PATIENCE);
            assertThat(fixture.read(fixture.ledger("Ledger|" + i))).containsExactly("a", "b", "c", "d");
        }
        assertThat(fixture.rows("select count(*), count(distinct transaction_id) < 600 from event_journal"))
                .containsExactly("800,t");
    }

    @Test
    void storesSliceAndEntityTypeAsPekkoCountsThem() {
        fixture.write(fixture.ledger("Ledger|sliced"), "x");

        int slice = Persistence.get(fixture.testKit().system()).sliceForPersistenceId("Ledger|sliced");
        assertThat(fixture.rows("select slice, entity_type, deleted from event_journal"))
                .containsExactly(slice + ",Ledger,f");
    }

    @Test
    void showsJsonEventsToAnAuditorsSql() {
        fixture.write(
                fixture.ledger("Ledger|audited", ReservedTags.owner("u1"), ReservedTags.scope("s1")),
                "first",
                "second");

        assertThat(fixture.rows(
                        "select seq_nr, entity_type, owner, scope, type, event ->> 'entry' from event_json order by 1"))
                .containsExactly(
                        "1,Ledger,u1,s1," + Ledger.Entered.class.getName() + ",first",
                        "2,Ledger,u1,s1," + Ledger.Entered.class.getName() + ",second");
    }

    @Test
    void rejectsWhatIsTooLargeAndStoresNothingOfIt() {
        ActorRef<Ledger.Command> ledger = fixture.ledger("Ledger|large");
        TestProbe<Done> probe = fixture.testKit().createTestProbe();

        ledger.tell(new Ledger.Write(List.of("small", "x".repeat(3000)), probe.ref()));

        fixture.expectStopped(ledger);
        assertThat(fixture.rows("select * from event_journal")).isEmpty();
    }

    @Test
    void stopsTheSecondOfTwoEntitiesThatWriteTheSamePersistenceId() {
        ActorRef<Ledger.Command> one = fixture.ledger("Ledger|twice");
        ActorRef<Ledger.Command> other = fixture.ledger("Ledger|twice");
        assertThat(fixture.read(one)).isEmpty();
        assertThat(fixture.read(other)).isEmpty();
        fixture.write(one, "mine");

        TestProbe<Done> probe = fixture.testKit().createTestProbe();
        other.tell(new Ledger.Write(List.of("theirs"), probe.ref()));

        fixture.expectStopped(other);
        fixture.write(one, "mine too");
        assertThat(fixture.read(fixture.ledger("Ledger|twice"))).containsExactly("mine", "mine too");
    }

    @Test
    void letsAnEntityRecoverOnlyWhenItsLastWriteHasEnded() throws Exception {
        ActorRef<Ledger.Command> replaced = fixture.ledger("Ledger|restarted");
        assertThat(fixture.read(replaced)).isEmpty();
        TestProbe<Done> stored = fixture.testKit().createTestProbe();
        TestProbe<List<String>> entries = fixture.testKit().createTestProbe();
        try (TakenSequenceNumber other = new TakenSequenceNumber(fixture, "Ledger|restarted", 1)) {
            replaced.tell(new Ledger.Write(List.of("in flight"), stored.ref()));
            other.awaitSomebodyWaiting();
            fixture.ledger("Ledger|restarted").tell(new Ledger.Read(entries.ref()));
            // Whoever doesn't have to wait recovers meanwhile.
            assertThat(fixture.read(fixture.ledger("Ledger|somebody else"))).isEmpty();
        }

        stored.receiveMessage(PersistenceFixture.PATIENCE);
        assertThat(entries.receiveMessage(PersistenceFixture.PATIENCE)).containsExactly("in flight");
    }

    @Nested
    class FailsTheReplay {

        @Test
        void ofAnEventOfAnUnknownTypeAndSaysWhich() {
            fixture.write(fixture.ledger("Ledger|unknown"), "1", "2", "3");
            fixture.execute("update event_journal set event_ser_manifest = 'io.vibee.NoSuchEvent' where seq_nr = 2");

            assertThat(recoveryFailure("Ledger|unknown"))
                    .isInstanceOf(UnreadablePayloadException.class)
                    .hasMessageContaining("[Ledger|unknown]")
                    .hasMessageContaining("sequence number [2]")
                    .hasMessageContaining("[io.vibee.NoSuchEvent]");
        }

        @Test
        void ofADamagedPayloadAndSaysWhich() {
            fixture.write(fixture.ledger("Ledger|damaged"), "1", "2", "3");
            fixture.execute(
                    "update event_journal set event_payload = substring(event_payload from 5) where seq_nr = 3");

            assertThat(recoveryFailure("Ledger|damaged"))
                    .isInstanceOf(UnreadablePayloadException.class)
                    .hasMessageContaining("[Ledger|damaged]")
                    .hasMessageContaining("sequence number [3]");
        }

        private Throwable recoveryFailure(String persistenceId) {
            TestProbe<Throwable> failures = fixture.testKit().createTestProbe();
            ActorRef<Ledger.Command> ledger =
                    fixture.spawn(Ledger.create(PersistenceId.ofUniqueId(persistenceId), failures.ref()::tell));
            Throwable failure = failures.receiveMessage(PersistenceFixture.PATIENCE);
            fixture.expectStopped(ledger);
            return failure;
        }
    }

    @Nested
    class Deleting {

        private final EventReader reader = new EventReader(fixture.database());

        @Test
        void removesTheEventsAndTheirBytesButKeepsTheHighestSequenceNumber() throws Exception {
            ActorRef<Ledger.Command> ledger = fixture.ledger("Ledger|short", ReservedTags.owner("u1"), "red");
            fixture.write(ledger, "1", "2", "3");

            await(reader.deleteTo("Ledger|short", 2));

            assertThat(
                            fixture.rows(
                                    "select seq_nr, deleted, length(event_payload) = 0, owner, tags from event_journal order by 1"))
                    .containsExactly("2,t,t,null,null", "3,f,f,u1,{red}");
            await(reader.deleteTo("Ledger|short", Long.MAX_VALUE));
            assertThat(fixture.rows("select seq_nr, deleted from event_journal"))
                    .containsExactly("3,t");
            assertThat(await(reader.highestSequenceNr("Ledger|short"))).isEqualTo(3);
        }

        @Test
        void letsTheEntityGoOnAfterTheLastNumber() throws Exception {
            fixture.write(fixture.ledger("Ledger|on"), "1", "2");
            await(reader.deleteTo("Ledger|on", Long.MAX_VALUE));

            fixture.write(fixture.ledger("Ledger|on"), "3");

            assertThat(fixture.read(fixture.ledger("Ledger|on"))).containsExactly("3");
            assertThat(await(reader.highestSequenceNr("Ledger|on"))).isEqualTo(3);
        }

        @Test
        void nothingIsHarmless() throws Exception {
            await(reader.deleteTo("Ledger|none", Long.MAX_VALUE));

            assertThat(await(reader.highestSequenceNr("Ledger|none"))).isZero();
        }
    }
}
