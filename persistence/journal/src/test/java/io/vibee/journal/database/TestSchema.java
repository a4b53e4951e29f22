package io.vibee.journal.database;

/** What a module adds to every test's database, found by {@link java.util.ServiceLoader}; the journal's tables are there already. */
@FunctionalInterface
public interface TestSchema {

    void migrate(DatabaseUrl url);
}
