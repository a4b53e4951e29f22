package io.vibee.journal.query;

import com.typesafe.config.Config;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.persistence.query.ReadJournalProvider;

/**
 * Makes the read journal for Pekko's Java and Scala interfaces. The key {@code pekko.persistence.postgres.query.class} names
 * this class.
 */
public final class R2dbcReadJournalProvider implements ReadJournalProvider {

    private final R2dbcReadJournal journal;
    private final Persistence persistence;

    /** Called by Pekko, with the block {@code pekko.persistence.postgres.query}. */
    public R2dbcReadJournalProvider(ExtendedActorSystem system, Config config) {
        journal = new R2dbcReadJournal(system, config);
        persistence = Persistence.get(system);
    }

    @Override
    public ScalaReadJournal scaladslReadJournal() {
        return new ScalaReadJournal(journal, persistence);
    }

    @Override
    public R2dbcReadJournal javadslReadJournal() {
        return journal;
    }
}
