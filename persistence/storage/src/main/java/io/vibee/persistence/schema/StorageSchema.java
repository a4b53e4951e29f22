package io.vibee.persistence.schema;

import io.vibee.journal.database.Schema;
import java.util.List;
import java.util.Map;

/**
 * Vibee's own tables beside the journal, and the indexes with which the audit log reads the journal. The journal's schema comes
 * first.
 */
public final class StorageSchema {

    public static final Schema SCHEMA =
            new Schema("io/vibee/persistence/migration/storage", "10", "storage_schema_history", List.of(), Map.of());

    private StorageSchema() {}
}
