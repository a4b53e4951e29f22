package io.vibee.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("While the database can't be reached")
@Tag("database")
class DatabaseOutageTest {

    @Test
    void entitiesFailAndAfterwardsGoOnWithAllThatWasAcknowledged() {
        DatabaseUrl direct = TestDatabase.fresh();
        try (TcpProxy cable = new TcpProxy(direct.port());
                PersistenceFixture fixture = new PersistenceFixture(cable.url(direct), "")) {
            ActorRef<Ledger.Command> ledger = fixture.ledger("Ledger|1");
            fixture.write(ledger, "before");

            cable.cut();
            TestProbe<Done> unanswered = fixture.testKit().createTestProbe();
            ledger.tell(new Ledger.Write(List.of("lost"), unanswered.ref()));
            fixture.expectStopped(ledger);
            fixture.expectStopped(fixture.ledger("Ledger|1"));

            cable.restore();
            fixture.eventually(() -> {
                ActorRef<Ledger.Command> recovered = fixture.ledger("Ledger|1");
                TestProbe<List<String>> entries = fixture.testKit().createTestProbe();
                recovered.tell(new Ledger.Read(entries.ref()));
                assertThat(entries.receiveMessage()).startsWith("before");
                fixture.write(recovered, "after");
                assertThat(fixture.read(recovered)).startsWith("before").endsWith("after");
            });
            unanswered.expectNoMessage(Duration.ZERO);
        }
    }

    @Test
    void aWriteWhoseAnswerIsLostFailsAndIsFoundByTheRecoveryIfItWasStored() throws Exception {
        DatabaseUrl direct = TestDatabase.fresh();
        try (TcpProxy cable = new TcpProxy(direct.port());
                PersistenceFixture observer = new PersistenceFixture(direct, "");
                PersistenceFixture fixture = new PersistenceFixture(cable.url(direct), "")) {
            ActorRef<Ledger.Command> ledger = fixture.ledger("Ledger|2");
            assertThat(fixture.read(ledger)).isEmpty();
            TestProbe<Done> unanswered = fixture.testKit().createTestProbe();
            try (TakenSequenceNumber other = new TakenSequenceNumber(observer, "Ledger|2", 1)) {
                ledger.tell(new Ledger.Write(List.of("in doubt"), unanswered.ref()));
                other.awaitSomebodyWaiting();
                cable.cut();
                fixture.expectStopped(ledger);
            }
            // The server doesn't notice that nobody listens any more until it has committed.
            observer.eventually(() -> assertThat(observer.rows("select seq_nr from event_journal"))
                    .containsExactly("1"));
            cable.restore();

            fixture.eventually(() -> {
                TestProbe<List<String>> entries = fixture.testKit().createTestProbe();
                fixture.ledger("Ledger|2").tell(new Ledger.Read(entries.ref()));
                assertThat(entries.receiveMessage()).containsExactly("in doubt");
            });
            unanswered.expectNoMessage(Duration.ZERO);
        }
    }
}
