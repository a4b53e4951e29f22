package io.vibee.journal.snapshot;

import static io.vibee.journal.PersistenceFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.PersistenceFixture;
import io.vibee.journal.SerializedPayload;
import io.vibee.journal.snapshot.SnapshotRows.SnapshotRow;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("Of several snapshots of a persistence id")
@Tag("database")
class SnapshotStoreTest {

    private static final PersistenceFixture fixture = new PersistenceFixture();

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
