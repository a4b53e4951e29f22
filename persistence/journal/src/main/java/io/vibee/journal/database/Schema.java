package io.vibee.journal.database;

import java.util.List;
import java.util.Map;

/**
 * Tables that are migrated together: the journal's own, or those of whoever uses it.
 *
 * @param location of the migrations on the class path, as {@code io/vibee/journal/migration}
 * @param history the table that remembers which of them ran
 * @param extensions of PostgreSQL that they create, to be named when a role may not
 * @param names what stands in the migrations as {@code ${…}}
 */
public record Schema(String location, String history, List<String> extensions, Map<String, String> names) {

    public Schema {
        extensions = List.copyOf(extensions);
        names = Map.copyOf(names);
    }
}
