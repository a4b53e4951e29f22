package io.vibee.persistence;

import com.typesafe.config.ConfigFactory;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.Migrations;
import io.vibee.journal.database.TestSchema;
import io.vibee.persistence.schema.StorageSchema;

/** Puts the storage's tables into the databases of tests. */
public final class StorageTestSchema implements TestSchema {

    @Override
    public void migrate(DatabaseUrl url) {
        Migrations.run(url, ConfigFactory.defaultReference(), StorageSchema.SCHEMA);
    }
}
