package io.vibee.journal.snapshot;

import io.vibee.journal.PersistenceConfig;
import io.vibee.journal.database.TestDatabase;
import java.util.Set;
import org.apache.pekko.persistence.CapabilityFlag;
import org.apache.pekko.persistence.japi.snapshot.JavaSnapshotStoreSpec;
import org.junit.runner.RunWith;
import org.scalatest.Outcome;
import org.scalatest.Pending$;
import org.scalatestplus.junit.JUnitRunner;

/** Pekko's own conformance tests for snapshot stores, with every optional capability. */
@RunWith(JUnitRunner.class)
public class R2dbcSnapshotStoreSpec extends JavaSnapshotStoreSpec {

    /**
     * These save several snapshots of a persistence id and look for an older one. The table's key, which is that of
     * pekko-persistence-r2dbc, keeps the newest only; its own tests leave out the same five. SnapshotStoreTest says what holds instead.
     */
    private static final Set<String> NEEDS_OLDER_SNAPSHOTS = Set.of(
            "A snapshot store must load the most recent snapshot matching an upper sequence number bound",
            "A snapshot store must load the most recent snapshot matching upper sequence number and timestamp bounds",
            "A snapshot store must delete a single snapshot identified by sequenceNr in snapshot metadata",
            "A snapshot store must delete all snapshots matching upper sequence number and timestamp bounds",
            "A snapshot store must not delete snapshots with non-matching upper timestamp bounds");

    public R2dbcSnapshotStoreSpec() {
        super(PersistenceConfig.on(TestDatabase.fresh()));
    }

    @Override
    public CapabilityFlag supportsSerialization() {
        return CapabilityFlag.on();
    }

    @Override
    public CapabilityFlag supportsMetadata() {
        return CapabilityFlag.on();
    }

    @Override
    public Outcome withFixture(NoArgTest test) {
        return NEEDS_OLDER_SNAPSHOTS.contains(test.name()) ? Pending$.MODULE$ : super.withFixture(test);
    }
}
