package io.vibee.persistence.read;

import com.typesafe.config.ConfigFactory;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.Migrations;
import io.vibee.journal.database.TestSchema;

/** Puts the read tables into the databases of tests. */
public final class ReadTestSchema implements TestSchema {

    @Override
    public void migrate(DatabaseUrl url) {
        Migrations.run(url, ConfigFactory.defaultReference(), VibeeSchema.READ_TABLES);
    }
}
