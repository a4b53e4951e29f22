package io.vibee.journal;

import io.vibee.journal.database.TestDatabase;
import org.apache.pekko.persistence.CapabilityFlag;
import org.apache.pekko.persistence.japi.journal.JavaJournalSpec;
import org.junit.runner.RunWith;
import org.scalatestplus.junit.JUnitRunner;

/** Pekko's own conformance tests for journals, with every optional capability. */
@RunWith(JUnitRunner.class)
public class R2dbcJournalSpec extends JavaJournalSpec {

    public R2dbcJournalSpec() {
        super(PersistenceConfig.on(TestDatabase.fresh()));
    }

    @Override
    public CapabilityFlag supportsRejectingNonSerializableObjects() {
        return CapabilityFlag.on();
    }

    @Override
    public CapabilityFlag supportsSerialization() {
        return CapabilityFlag.on();
    }

    @Override
    public CapabilityFlag supportsMetadata() {
        return CapabilityFlag.on();
    }
}
