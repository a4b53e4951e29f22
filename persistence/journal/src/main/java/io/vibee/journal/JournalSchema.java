package io.vibee.journal;

import com.typesafe.config.Config;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.Migrations;
import io.vibee.journal.database.Schema;
import java.util.List;
import java.util.Map;

/**
 * The journal's own tables. {@link #migrate} creates them and keeps them up to date with Flyway. If you run scripts yourself,
 * {@code io/vibee/journal/schema.sql} in the same jar has the same tables in one file.
 */
public final class JournalSchema {

    private static final String EVENT_JSON_VIEW = "pekko.persistence.postgres.schema.event-json-view";

    private JournalSchema() {}

    /** The tables, with the names in the block {@code pekko.persistence.postgres.schema}. */
    public static Schema of(Config config) {
        String view = SqlName.required(EVENT_JSON_VIEW, config.getString(EVENT_JSON_VIEW));
        return new Schema(
                "io/vibee/journal/migration",
                "1",
                "journal_schema_history",
                List.of(),
                Map.of("event_json_view", view));
    }

    /**
     * Runs the missing migrations and gives their number. It blocks, so call it before the actor system starts.
     *
     * @param config of the actor system
     * @throws IllegalStateException when a migration fails, with the server's words and what is needed in one line
     */
    public static int migrate(DatabaseUrl url, Config config) {
        return Migrations.run(url, config, of(config));
    }
}
