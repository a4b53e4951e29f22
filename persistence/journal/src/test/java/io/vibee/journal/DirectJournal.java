package io.vibee.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.JournalProtocol;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.persistence.PersistentEnvelope;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.testkit.javadsl.TestKit;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Talks to the journal as an entity's actor does, but without its rules. */
public final class DirectJournal {

    private final ActorSystem system;
    private final ActorRef journal;

    public DirectJournal(PersistenceFixture fixture) {
        system = Adapter.toClassic(fixture.testKit().system());
        journal = Persistence.get(system).journalFor("pekko.persistence.postgres.journal", ConfigFactory.empty());
    }

    /** What a replay gives: the events with their numbers, and the highest number of all. */
    public record Replay(List<PersistentRepr> events, long highest) {}

    /** Stores events in one atomic write; gives the journal's answer for the first of them. */
    public Object write(String persistenceId, long from, List<?> events) {
        TestKit probe = new TestKit(system);
        List<PersistentRepr> numbered = new ArrayList<>();
        for (Object event : events) {
            numbered.add(PersistentRepr.apply(
                    event, from + numbered.size(), persistenceId, "", false, probe.getRef(), "another writer"));
        }
        PersistentEnvelope write = new AtomicWrite(sequence(numbered));
        journal.tell(new JournalProtocol.WriteMessages(sequence(List.of(write)), probe.getRef(), 1), probe.getRef());
        while (true) {
            Object answer = probe.receiveOne(PersistenceFixture.PATIENCE);
            if (answer instanceof JournalProtocol.WriteMessageSuccess
                    || answer instanceof JournalProtocol.WriteMessageFailure
                    || answer instanceof JournalProtocol.WriteMessageRejected) {
                return answer;
            }
            assertThat(answer).as("the journal's answer").isNotNull();
        }
    }

    /** All that there is. */
    public Replay replay(String persistenceId) {
        TestKit probe = new TestKit(system);
        journal.tell(
                new JournalProtocol.ReplayMessages(1, Long.MAX_VALUE, Long.MAX_VALUE, persistenceId, probe.getRef()),
                probe.getRef());
        List<PersistentRepr> events = new ArrayList<>();
        while (true) {
            switch (probe.expectMsgAnyClassOf(
                    PersistenceFixture.PATIENCE,
                    JournalProtocol.ReplayedMessage.class,
                    JournalProtocol.RecoverySuccess.class)) {
                case JournalProtocol.ReplayedMessage replayed -> events.add(replayed.persistent());
                case JournalProtocol.RecoverySuccess success -> {
                    return new Replay(events, success.highestSequenceNr());
                }
                default -> throw new AssertionError("neither");
            }
        }
    }

    private static <T> Seq<T> sequence(List<T> list) {
        return CollectionConverters.asScala(list).toSeq();
    }
}
