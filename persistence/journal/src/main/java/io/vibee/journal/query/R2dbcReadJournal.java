package io.vibee.journal.query;

import com.typesafe.config.Config;
import io.vibee.journal.CommitSignals;
import io.vibee.journal.EventReader;
import io.vibee.journal.JournalOffset;
import io.vibee.journal.OrderedEvent;
import io.vibee.journal.OrderedReader;
import io.vibee.journal.OrderedReader.Slices;
import io.vibee.journal.OrderedReader.Tag;
import io.vibee.journal.StoredEvent;
import io.vibee.journal.UnreadablePayloadException;
import io.vibee.journal.database.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.javadsl.CurrentEventsByPersistenceIdQuery;
import org.apache.pekko.persistence.query.javadsl.CurrentEventsByTagQuery;
import org.apache.pekko.persistence.query.javadsl.CurrentLastSequenceNumberByPersistenceIdQuery;
import org.apache.pekko.persistence.query.javadsl.CurrentPersistenceIdsQuery;
import org.apache.pekko.persistence.query.javadsl.EventsByPersistenceIdQuery;
import org.apache.pekko.persistence.query.javadsl.EventsByTagQuery;
import org.apache.pekko.persistence.query.javadsl.PagedPersistenceIdsQuery;
import org.apache.pekko.persistence.query.javadsl.PersistenceIdsQuery;
import org.apache.pekko.persistence.query.typed.javadsl.CurrentEventsBySliceQuery;
import org.apache.pekko.persistence.query.typed.javadsl.EventTimestampQuery;
import org.apache.pekko.persistence.query.typed.javadsl.EventsBySliceQuery;
import org.apache.pekko.persistence.query.typed.javadsl.LoadEventQuery;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.stream.javadsl.Source;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * Reads the journal as streams, page by page. It reads the next page only when the stream wants it, and holds no connection in
 * between. An event that can't be read, or a database that is away, fails the stream. Across persistence ids the offsets are
 * {@link JournalOffset}s, in whose order no event is skipped and none comes late. Within one persistence id they are sequence
 * numbers.
 */
public final class R2dbcReadJournal
        implements CurrentPersistenceIdsQuery,
                PagedPersistenceIdsQuery,
                PersistenceIdsQuery,
                CurrentEventsByPersistenceIdQuery,
                EventsByPersistenceIdQuery,
                CurrentLastSequenceNumberByPersistenceIdQuery,
                CurrentEventsBySliceQuery,
                EventsBySliceQuery,
                CurrentEventsByTagQuery,
                EventsByTagQuery,
                EventTimestampQuery,
                LoadEventQuery {

    /** The identifier for {@code PersistenceQuery.getReadJournalFor}. */
    public static final String IDENTIFIER = "pekko.persistence.postgres.query";

    private final Persistence persistence;
    private final Serialization serialization;
    private final EventReader reader;
    private final LiveReader live;
    private final OrderedEvents ordered;
    private final PersistenceIds ids;
    private final int page;

    R2dbcReadJournal(ExtendedActorSystem system, Config config) {
        QuerySettings settings = QuerySettings.of(config);
        Database database = Database.get(system);
        OrderedReader orderedReader = new OrderedReader(database);
        persistence = Persistence.get(system);
        serialization = SerializationExtension.get(system);
        reader = new EventReader(database);
        live = new LiveReader(CommitSignals.get(system), settings);
        ordered = new OrderedEvents(orderedReader, live, settings);
        ids = new PersistenceIds(database, orderedReader, ordered, settings.page());
        page = settings.page();
    }

    /** The persistence ids that there are now, sorted, with those whose events were all deleted. */
    @Override
    public Source<String, NotUsed> currentPersistenceIds() {
        return ids.current("");
    }

    /**
     * A page of {@link #currentPersistenceIds()}.
     *
     * @param afterId the last id of the page before
     * @param limit the most ids; 0 gives none
     */
    @Override
    public Source<String, NotUsed> currentPersistenceIds(Optional<String> afterId, long limit) {
        return ids.current(afterId.orElse("")).take(limit);
    }

    /** The persistence ids that there are now, each once, and then, for ever, each new one. */
    @Override
    public Source<String, NotUsed> persistenceIds() {
        return ids.live();
    }

    /** The events that are stored when the stream starts, in order, without the deleted ones; both bounds are included. */
    @Override
    public Source<EventEnvelope, NotUsed> currentEventsByPersistenceId(
            String persistenceId, long fromSequenceNr, long toSequenceNr) {
        return Source.lazyCompletionStage(() -> upperBound(persistenceId, toSequenceNr))
                .flatMapConcat(to -> Source.unfoldAsync(fromSequenceNr, from -> next(persistenceId, from, to)))
                .mapConcat(events -> events)
                .map(this::bySequenceNr)
                .mapMaterializedValue(started -> NotUsed.getInstance());
    }

    /** The events that are stored, in order, and then each new one. The stream ends with the event {@code toSequenceNr}. */
    @Override
    public Source<EventEnvelope, NotUsed> eventsByPersistenceId(
            String persistenceId, long fromSequenceNr, long toSequenceNr) {
        if (fromSequenceNr > toSequenceNr) {
            return Source.empty();
        }
        String entityType = PersistenceId.extractEntityType(persistenceId);
        return live.source(fromSequenceNr, entityType, from -> look(persistenceId, from, toSequenceNr))
                .takeWhile(event -> event.sequenceNr() < toSequenceNr, true)
                .map(this::bySequenceNr);
    }

    /** The last sequence number, deleted events included; empty when there never was an event. */
    @Override
    public CompletionStage<Optional<Long>> currentLastSequenceNumberByPersistenceId(String persistenceId) {
        return reader.highestSequenceNr(persistenceId)
                .thenApply(highest -> highest == 0 ? Optional.empty() : Optional.of(highest));
    }

    /**
     * The events that are committed when the stream starts. It waits for older transactions that are open then, anywhere in the
     * server.
     */
    @Override
    public <E> Source<org.apache.pekko.persistence.query.typed.EventEnvelope<E>, NotUsed> currentEventsBySlices(
            String entityType, int minSlice, int maxSlice, Offset offset) {
        return ordered.current(new Slices(entityType, minSlice, maxSlice), JournalOffset.of(offset))
                .map(this::typed);
    }

    @Override
    public <E> Source<org.apache.pekko.persistence.query.typed.EventEnvelope<E>, NotUsed> eventsBySlices(
            String entityType, int minSlice, int maxSlice, Offset offset) {
        return ordered.live(new Slices(entityType, minSlice, maxSlice), JournalOffset.of(offset))
                .map(this::typed);
    }

    /**
     * As {@link #eventsBySlices}, in pages. A page holds the events that were there when the stream wanted more, so a slower
     * consumer gets larger pages. An event that can't be read does not fail the stream: the page has the reason in its place.
     *
     * @param limit the most events of a page
     * @param minInterval from one look to the next, once everything has been read: what comes meanwhile is in one page
     */
    public <E> Source<List<PagedEvent<E>>, NotUsed> eventPagesBySlices(
            String entityType, int minSlice, int maxSlice, Offset offset, int limit, Duration minInterval) {
        return ordered.livePages(
                        new Slices(entityType, minSlice, maxSlice), JournalOffset.of(offset), limit, minInterval)
                .map(events -> events.stream().<PagedEvent<E>>map(this::paged).toList());
    }

    @Override
    public int sliceForPersistenceId(String persistenceId) {
        return persistence.sliceForPersistenceId(persistenceId);
    }

    /**
     * All slices, divided into {@code numberOfRanges} ranges.
     *
     * @param numberOfRanges a power of two, at most 1024
     */
    @Override
    public List<Pair<Integer, Integer>> sliceRanges(int numberOfRanges) {
        return persistence.getSliceRanges(numberOfRanges);
    }

    /** As {@link #currentEventsBySlices}, for a tag. The reserved tags are not stored as tags. */
    @Override
    public Source<EventEnvelope, NotUsed> currentEventsByTag(String tag, Offset offset) {
        return ordered.current(new Tag(tag), JournalOffset.of(offset)).map(this::byOffset);
    }

    @Override
    public Source<EventEnvelope, NotUsed> eventsByTag(String tag, Offset offset) {
        return ordered.live(new Tag(tag), JournalOffset.of(offset)).map(this::byOffset);
    }

    /** When an event was stored, by the database's clock; empty when it is not there, or deleted. */
    @Override
    public CompletionStage<Optional<Instant>> timestampOf(String persistenceId, long sequenceNr) {
        return reader.page(persistenceId, sequenceNr, sequenceNr, 1)
                .thenApply(found -> found.stream().findFirst().map(StoredEvent::timestamp));
    }

    /** One event; fails with {@link NoSuchElementException} when it is not there, or deleted. */
    @Override
    public <E> CompletionStage<org.apache.pekko.persistence.query.typed.EventEnvelope<E>> loadEnvelope(
            String persistenceId, long sequenceNr) {
        return reader.event(persistenceId, sequenceNr)
                .thenApply(found -> found.orElseThrow(() -> new NoSuchElementException("No event with sequence number ["
                        + sequenceNr + "] of persistence id [" + persistenceId + "]")))
                .thenApply(this::typed);
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
        return look(persistenceId, from, to)
                .thenApply(found -> found.events().isEmpty()
                        ? Optional.empty()
                        : Optional.of(Pair.create(found.end() ? Long.MAX_VALUE : found.position(), found.events())));
    }

    private CompletionStage<LiveReader.Found<Long, StoredEvent>> look(String persistenceId, long from, long to) {
        return reader.page(persistenceId, from, to, page)
                .thenApply(events -> new LiveReader.Found<>(
                        events,
                        events.isEmpty() ? from : events.getLast().sequenceNr() + 1,
                        events.size() < page,
                        false));
    }

    private EventEnvelope bySequenceNr(StoredEvent stored) {
        return envelope(stored, Offset.sequence(stored.sequenceNr()));
    }

    private EventEnvelope byOffset(OrderedEvent ordered) {
        return envelope(ordered.event(), ordered.offset());
    }

    private EventEnvelope envelope(StoredEvent stored, Offset offset) {
        return new EventEnvelope(
                offset,
                stored.persistenceId(),
                stored.sequenceNr(),
                stored.payload(serialization),
                stored.timestamp().toEpochMilli(),
                Option.apply(stored.metadata(serialization)));
    }

    private <E> PagedEvent<E> paged(OrderedEvent ordered) {
        StoredEvent stored = ordered.event();
        org.apache.pekko.persistence.query.typed.@Nullable EventEnvelope<E> envelope = null;
        @Nullable UnreadablePayloadException unreadable = null;
        try {
            envelope = typed(ordered);
        } catch (UnreadablePayloadException e) {
            unreadable = e;
        }
        return new PagedEvent<>(
                ordered.offset(),
                stored.persistenceId(),
                stored.sequenceNr(),
                stored.timestamp().toEpochMilli(),
                envelope,
                unreadable);
    }

    // The caller says what type the events of an entity type have.
    @SuppressWarnings("unchecked")
    private <E> org.apache.pekko.persistence.query.typed.EventEnvelope<E> typed(OrderedEvent ordered) {
        StoredEvent stored = ordered.event();
        return new org.apache.pekko.persistence.query.typed.EventEnvelope<>(
                ordered.offset(),
                stored.persistenceId(),
                stored.sequenceNr(),
                Option.apply((E) stored.payload(serialization)),
                stored.timestamp().toEpochMilli(),
                Option.apply(stored.metadata(serialization)),
                ordered.entityType(),
                ordered.slice());
    }
}
