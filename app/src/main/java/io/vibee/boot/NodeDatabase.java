package io.vibee.boot;

import com.typesafe.config.ConfigFactory;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.persistence.cluster.DatabaseIdentity;
import io.vibee.persistence.embedded.DatabaseLockedException;
import io.vibee.persistence.embedded.EmbeddedDatabase;
import io.vibee.persistence.read.VibeeSchema;
import io.vibee.settings.Secret;
import io.vibee.settings.Settings;
import org.jspecify.annotations.Nullable;

/** The database of this node, migrated: the one that DATABASE_URL names, or an embedded one in the data directory. Blocks while it starts. */
final class NodeDatabase implements AutoCloseable {

    private final DatabaseUrl url;
    private final DatabaseIdentity identity;
    private final @Nullable EmbeddedDatabase embedded;

    private NodeDatabase(DatabaseUrl url, DatabaseIdentity identity, @Nullable EmbeddedDatabase embedded) {
        this.url = url;
        this.identity = identity;
        this.embedded = embedded;
    }

    /**
     * Opens it.
     *
     * @throws StartException when it can't be used, with what a person can do about it
     */
    static NodeDatabase open(Settings settings) {
        Secret given = settings.database().url();
        return given == null ? embedded(settings) : migrated(parsed(given), null);
    }

    /**
     * What DATABASE_URL says.
     *
     * @throws StartException when it can't be used
     */
    static DatabaseUrl parsed(Secret given) {
        try {
            return DatabaseUrl.parse(given.reveal());
        } catch (IllegalArgumentException e) {
            throw new StartException("DATABASE_URL can't be used: " + e.getMessage(), e);
        }
    }

    private static NodeDatabase embedded(Settings settings) {
        EmbeddedDatabase embedded;
        try {
            embedded = EmbeddedDatabase.start(settings.service().dataDirectory());
        } catch (DatabaseLockedException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        } catch (RuntimeException e) {
            throw new StartException("The embedded PostgreSQL can't be started: " + e.getMessage(), e);
        }
        return migrated(embedded.url(), embedded);
    }

    private static NodeDatabase migrated(DatabaseUrl url, @Nullable EmbeddedDatabase embedded) {
        try {
            VibeeSchema.migrate(url, ConfigFactory.load());
            return new NodeDatabase(url, DatabaseIdentity.read(url), embedded);
        } catch (RuntimeException e) {
            if (embedded != null) {
                embedded.close();
            }
            String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new StartException("The database " + url + " can't be used: " + why, e);
        }
    }

    DatabaseUrl url() {
        return url;
    }

    /** Which it is. */
    DatabaseIdentity identity() {
        return identity;
    }

    /** Whether the data directory's lock keeps a second cluster off, so that no lease is needed. */
    boolean locked() {
        return embedded != null;
    }

    @Override
    public void close() {
        if (embedded != null) {
            embedded.close();
        }
    }
}
