package io.vibee.journal.snapshot;

import static io.vibee.journal.PersistenceFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.vibee.journal.PersistenceFixture;
import io.vibee.journal.SerializedPayload;
import io.vibee.journal.snapshot.SnapshotRows.SnapshotRow;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.persistence.DeleteSnapshotSuccess;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.persistence.SaveSnapshotFailure;
import org.apache.pekko.persistence.SaveSnapshotSuccess;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotProtocol;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("Of several snapshots of a persistence id")
@Tag("database")
class SnapshotStoreTest {

    private static final PersistenceFixture fixture =
            new PersistenceFixture("pekko.persistence.postgres.database.pool { initial-size = 1, max-size = 1 }");

    private final SnapshotRows snapshots = new SnapshotRows(fixture.database());

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    void onlyTheNewestIsKept() throws Exception {
        save("newest", 10);
        save("newest", 20);

        assertThat(found("newest", upTo(Long.MAX_VALUE))).contains(20L);
        assertThat(found("newest", upTo(15))).isEmpty();
        assertThat(fixture.rows("select count(*) from snapshot where persistence_id = 'newest'"))
                .containsExactly("1");
    }

    @Test
    void anOlderOneDoesNotReplaceANewer() throws Exception {
        save("stale", 20);
        save("stale", 10);

        assertThat(found("stale", upTo(Long.MAX_VALUE))).contains(20L);
    }

    @Test
    void theNewestIsDeletedOnlyByCriteriaThatMatchIt() throws Exception {
        save("kept", 20);

        await(snapshots.delete("kept", upTo(19)));
        await(snapshots.delete("kept", new SnapshotSelectionCriteria(Long.MAX_VALUE, 1019, 0, 0)));
        assertThat(found("kept", upTo(Long.MAX_VALUE))).contains(20L);

        await(snapshots.delete("kept", upTo(20)));
        assertThat(found("kept", upTo(Long.MAX_VALUE))).isEmpty();
    }

    @Test
    void otherPersistenceIdsAreLeftAlone() throws Exception {
        save("mine", 1);
        save("theirs", 1);

        await(snapshots.delete("mine", upTo(Long.MAX_VALUE)));

        assertThat(found("theirs", upTo(Long.MAX_VALUE))).contains(1L);
    }

    @Test
    void itStaysWhenASaveIsSaidToHaveFailedThatWasDone() {
        TestKit entity = new TestKit(Adapter.toClassic(fixture.testKit().system()));
        ActorRef store = Persistence.get(entity.getSystem())
                .snapshotStoreFor("pekko.persistence.postgres.snapshot", ConfigFactory.empty());
        store.tell(
                new SnapshotProtocol.SaveSnapshot(new SnapshotMetadata("doubtful", 20, 0), "state"), entity.getRef());
        SnapshotMetadata metadata = entity.expectMsgClass(PersistenceFixture.PATIENCE, SaveSnapshotSuccess.class)
                .metadata();

        store.tell(new SaveSnapshotFailure(metadata, new TimeoutException("no answer")), entity.getRef());
        entity.expectMsgClass(PersistenceFixture.PATIENCE, SaveSnapshotFailure.class);

        // The pool serves in order, and has one connection.
        SnapshotProtocol.LoadSnapshot load =
                new SnapshotProtocol.LoadSnapshot("doubtful", SnapshotSelectionCriteria.latest(), Long.MAX_VALUE);
        store.tell(load, entity.getRef());
        SnapshotProtocol.LoadSnapshotResult found =
                entity.expectMsgClass(PersistenceFixture.PATIENCE, SnapshotProtocol.LoadSnapshotResult.class);
        assertThat(found.snapshot().isDefined()).isTrue();

        store.tell(new SnapshotProtocol.DeleteSnapshot(metadata), entity.getRef());
        entity.expectMsgClass(PersistenceFixture.PATIENCE, DeleteSnapshotSuccess.class);
        store.tell(load, entity.getRef());
        assertThat(entity.expectMsgClass(PersistenceFixture.PATIENCE, SnapshotProtocol.LoadSnapshotResult.class)
                        .snapshot()
                        .isDefined())
                .as("when its entity wants it deleted")
                .isFalse();
    }

    private void save(String persistenceId, long sequenceNr) throws Exception {
        SerializedPayload payload = new SerializedPayload(20, "", "state".getBytes(StandardCharsets.UTF_8));
        await(snapshots.save(7, "Test", new SnapshotRow(persistenceId, sequenceNr, 1000 + sequenceNr, payload, null)));
    }

    private Optional<Long> found(String persistenceId, SnapshotSelectionCriteria criteria) throws Exception {
        return await(snapshots.load(persistenceId, criteria)).map(SnapshotRow::sequenceNr);
    }

    private static SnapshotSelectionCriteria upTo(long sequenceNr) {
        return new SnapshotSelectionCriteria(sequenceNr, Long.MAX_VALUE, 0, 0);
    }
}
