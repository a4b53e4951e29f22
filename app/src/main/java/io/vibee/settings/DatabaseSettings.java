package io.vibee.settings;

import org.jspecify.annotations.Nullable;

/** The address of a PostgreSQL, a secret because it carries the password; null means the embedded one. */
public record DatabaseSettings(@Nullable Secret url) {
    static DatabaseSettings read(Environment environment) {
        return new DatabaseSettings(environment.databaseUrl(Variable.DATABASE_URL));
    }
}
