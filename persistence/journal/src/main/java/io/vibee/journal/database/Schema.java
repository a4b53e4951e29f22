package io.vibee.journal.database;

import java.util.List;
import java.util.Map;

/**
 * Tables that are migrated together: the journal's own, or those of an application.
 *
 * @param location of the migrations on the class path, as {@code io/vibee/journal/migration}
 * @param newest the version of the newest of them, as {@code 3} of {@code V3__names.sql}
 * @param history the table that remembers which of them ran
 * @param extensions PostgreSQL's extensions that the migrations create; an error names them when the role may not
 * @param names the values of {@code ${…}} in the migrations
 */
public record Schema(
        String location, String newest, String history, List<String> extensions, Map<String, String> names) {

    public Schema {
        extensions = List.copyOf(extensions);
        names = Map.copyOf(names);
    }
}
