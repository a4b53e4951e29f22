package io.vibee.persistence.read;

import com.typesafe.config.Config;
import io.vibee.journal.JournalSchema;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.Migrations;
import io.vibee.journal.database.Schema;
import io.vibee.persistence.schema.StorageSchema;
import java.util.List;
import java.util.Map;

/** The whole schema of Vibee: first the journal's tables, then the storage tables, then the read tables. */
public final class VibeeSchema {

    static final Schema READ_TABLES = new Schema(
            "io/vibee/persistence/migration/readside",
            "4",
            "readside_schema_history",
            List.of("pg_trgm", "unaccent", "btree_gin"),
            Map.of());

    private VibeeSchema() {}

    /**
     * Runs the missing migrations and gives their number. Blocks: for start-up only.
     *
     * @param config of the actor system
     * @throws IllegalStateException when a migration fails, with the server's words and what is needed in one line
     */
    public static int migrate(DatabaseUrl url, Config config) {
        return Migrations.run(url, config, JournalSchema.of(config), StorageSchema.SCHEMA, READ_TABLES);
    }
}
