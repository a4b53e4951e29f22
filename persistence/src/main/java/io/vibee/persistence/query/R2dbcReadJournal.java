package io.vibee.persistence.query;

import com.typesafe.config.Config;
import io.vibee.persistence.database.Database;
import io.vibee.persistence.journal.EventReader;
import io.vibee.persistence.journal.StoredEvent;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.javadsl.CurrentEventsByPersistenceIdQuery;
import org.apache.pekko.persistence.query.javadsl.ReadJournal;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.stream.javadsl.Source;
import scala.Option;

/**
 * Reads the journal as streams: page by page, the next one only when it is asked for, with no connection held in between. An
 * event that can't be read fails the stream. Offsets are sequence numbers; timestamps are the database's.
 */
public final class R2dbcReadJournal implements ReadJournal, CurrentEventsByPersistenceIdQuery {

    /** For {@code PersistenceQuery.getReadJournalFor}. */
    public static final String IDENTIFIER = "vibee.persistence.query";

    private final EventReader reader;
    private final Serialization serialization;
    private final int page;

    R2dbcReadJournal(ExtendedActorSystem system, Config config) {
        reader = new EventReader(Database.get(system));
        serialization = SerializationExtension.get(system);
        page = config.getInt("page");
        if (page < 1) {
            throw new IllegalArgumentException("page: " + page + " (expected: at least 1)");
        }
    }

    /** The events that are stored when the stream starts, in order, without the deleted ones; both bounds are included. */
    @Override
    public Source<EventEnvelope, NotUsed> currentEventsByPersistenceId(
            String persistenceId, long fromSequenceNr, long toSequenceNr) {
        return Source.lazyCompletionStage(() -> upperBound(persistenceId, toSequenceNr))
                .flatMapConcat(to -> Source.unfoldAsync(fromSequenceNr, from -> next(persistenceId, from, to)))
                .mapConcat(events -> events)
                .map(this::envelope)
                .mapMaterializedValue(started -> NotUsed.getInstance());
    }

    private CompletionStage<Long> upperBound(String persistenceId, long toSequenceNr) {
        return toSequenceNr == Long.MAX_VALUE
                ? reader.highestSequenceNr(persistenceId)
                : CompletableFuture.completedFuture(toSequenceNr);
    }

    private CompletionStage<Optional<Pair<Long, List<StoredEvent>>>> next(String persistenceId, long from, long to) {
        if (from > to) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return reader.page(persistenceId, from, to, page).thenApply(events -> {
            if (events.isEmpty()) {
                return Optional.empty();
            }
            // A page that is not full is the last one.
            long following =
                    events.size() < page ? Long.MAX_VALUE : events.getLast().sequenceNr() + 1;
            return Optional.of(Pair.create(following, events));
        });
    }

    private EventEnvelope envelope(StoredEvent stored) {
        return new EventEnvelope(
                Offset.sequence(stored.sequenceNr()),
                stored.persistenceId(),
                stored.sequenceNr(),
                stored.payload(serialization),
                stored.timestamp().toEpochMilli(),
                Option.apply(stored.metadata(serialization)));
    }
}
