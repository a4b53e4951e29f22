package io.vibee.journal.projection;

import io.vibee.journal.JournalOffset;
import io.vibee.journal.database.Database;
import io.vibee.journal.query.PagedEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.apache.pekko.Done;
import org.apache.pekko.persistence.query.typed.EventEnvelope;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes batches of events for one build and one range of slices. One transaction stores the rows of a batch and the position
 * behind it. When an event makes a batch fail, the batch is halved until that event stands alone. It is set aside; the events
 * before and behind it get their rows. When the cause lies around the events, the stage fails and nothing is set aside. Only
 * one batch is written at a time.
 */
final class BatchWriter<E> {

    private static final Logger LOG = LoggerFactory.getLogger(BatchWriter.class);

    private final Projection<E> projection;
    private final int build;
    private final int minSlice;
    private final Database database;
    private final ProjectionObserver observer;
    private volatile @Nullable JournalOffset position;

    BatchWriter(Projection<E> projection, int build, int minSlice, Database database, ProjectionObserver observer) {
        this.projection = projection;
        this.build = build;
        this.minSlice = minSlice;
        this.database = database;
        this.observer = observer;
    }

    /** The position of the tables; null before it was read. */
    @Nullable
    JournalOffset position() {
        return position;
    }

    void startFrom(JournalOffset from) {
        position = from;
    }

    /**
     * Writes a batch.
     *
     * @param together the most events in one transaction
     */
    CompletionStage<Done> write(List<PagedEvent<E>> events, int together) {
        if (events.size() > together) {
            return halves(events, together);
        }
        return attempt(events).exceptionallyCompose(failure -> {
            if (!Blame.isOnEvents(failure) || projection.handler().isAround(Blame.unwrap(failure))) {
                return CompletableFuture.failedFuture(failure);
            }
            return events.size() == 1 ? setAside(events.getFirst(), failure) : halves(events, together);
        });
    }

    private CompletionStage<Done> halves(List<PagedEvent<E>> events, int together) {
        int half = events.size() / 2;
        return write(events.subList(0, half), together)
                .thenCompose(done -> write(events.subList(half, events.size()), together));
    }

    private CompletionStage<Done> attempt(List<PagedEvent<E>> events) {
        for (PagedEvent<E> event : events) {
            if (event.unreadable() != null) {
                return CompletableFuture.failedFuture(event.unreadable());
            }
        }
        List<EventEnvelope<E>> envelopes = events.stream()
                .flatMap(event -> Stream.ofNullable(event.envelope()))
                .toList();
        JournalOffset before = Objects.requireNonNull(position);
        JournalOffset reached = events.getLast().offset();
        return prepared(envelopes)
                .thenCompose(prepared -> database.inTransaction(connection -> ProjectionRows.advance(
                                        connection, projection.name(), build, minSlice, before, reached)
                                .then(prepared.write(connection, build)))
                        .toFuture())
                .thenApply(done -> {
                    position = reached;
                    observer.stored(
                            events.size(),
                            Duration.between(
                                    Instant.ofEpochMilli(events.getFirst().timestamp()),
                                    Clock.systemUTC().instant()));
                    return done;
                });
    }

    private CompletionStage<ProjectionHandler.Rows> prepared(List<EventEnvelope<E>> envelopes) {
        try {
            return projection.handler().prepare(envelopes);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletionStage<Done> setAside(PagedEvent<E> event, Throwable failure) {
        String cause = Blame.inWords(failure);
        JournalOffset before = Objects.requireNonNull(position);
        return database.inTransaction(connection -> ProjectionRows.advance(
                                connection, projection.name(), build, minSlice, before, event.offset())
                        .then(SetAside.add(connection, projection.name(), build, event, cause)))
                .toFuture()
                .thenApply(done -> {
                    position = event.offset();
                    observer.setAside();
                    LOG.atError()
                            .addKeyValue("projection", projection.name())
                            .addKeyValue("build", build)
                            .addKeyValue("persistence_id", event.persistenceId())
                            .addKeyValue("seq_nr", event.sequenceNr())
                            .addKeyValue("cause", cause)
                            .log("an event can't be projected and was set aside; what follows goes on");
                    return done;
                });
    }
}
