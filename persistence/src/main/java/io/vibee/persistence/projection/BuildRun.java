package io.vibee.persistence.projection;

import io.vibee.persistence.database.Database;
import io.vibee.persistence.journal.JournalOffset;
import io.vibee.persistence.query.R2dbcReadJournal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.japi.pf.PFBuilder;
import org.apache.pekko.persistence.query.typed.EventEnvelope;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.RestartSettings;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.RestartSource;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.jspecify.annotations.Nullable;

/**
 * The stream that builds one build of a projection's tables from one range of slices: events are taken in batches as large as came
 * while the last one was written and the worker rested. After a failure it goes on from where the tables are, with backoff; nothing
 * is skipped.
 */
final class BuildRun<E> {

    private final Projection<E> projection;
    private final int build;
    private final int minSlice;
    private final int maxSlice;
    private final Database database;
    private final ProjectionRows rows;
    private final ProjectionObserver observer;
    private final ProjectionSettings settings;
    private final UniqueKillSwitch running;
    private volatile @Nullable JournalOffset position;

    BuildRun(
            Projection<E> projection,
            int build,
            int minSlice,
            int maxSlice,
            R2dbcReadJournal journal,
            Database database,
            ProjectionSettings settings,
            ProjectionObserver observer,
            ActorSystem<?> system) {
        this.projection = projection;
        this.build = build;
        this.minSlice = minSlice;
        this.maxSlice = maxSlice;
        this.database = database;
        this.rows = new ProjectionRows(database);
        this.observer = observer;
        this.settings = settings;
        RestartSettings restart = RestartSettings.create(settings.minBackoff(), settings.maxBackoff(), 0.2);
        this.running = RestartSource.onFailuresWithBackoff(restart, () -> written(journal))
                .viaMat(KillSwitches.single(), Keep.right())
                .to(Sink.ignore())
                .run(system);
    }

    /** How far the tables are; empty before that was read. */
    Optional<JournalOffset> position() {
        return Optional.ofNullable(position);
    }

    void stop() {
        running.shutdown();
    }

    /** Nothing in it reads ahead of the write: it would take away from the next page. */
    private Source<Done, NotUsed> written(R2dbcReadJournal journal) {
        Pace pace = new Pace(settings, System.nanoTime());
        return Source.completionStageSource(rows.position(projection.name(), build, minSlice, maxSlice)
                        .thenApply(from -> {
                            position = from;
                            return journal.<E>eventPagesBySlices(
                                    projection.entityType(), minSlice, maxSlice, from, settings.batch());
                        }))
                .mapAsync(1, events -> writeAndRest(pace, events))
                .mapError(new PFBuilder<Throwable, Throwable>()
                        .matchAny(failure -> {
                            observer.failed();
                            return failure;
                        })
                        .build())
                .mapMaterializedValue(started -> NotUsed.getInstance());
    }

    private CompletionStage<Done> writeAndRest(Pace pace, List<EventEnvelope<E>> events) {
        long started = System.nanoTime();
        return write(events).thenCompose(done -> {
            Duration rest = pace.after(started, System.nanoTime(), events.size());
            return new CompletableFuture<Done>().completeOnTimeout(done, rest.toNanos(), TimeUnit.NANOSECONDS);
        });
    }

    private CompletionStage<Done> write(List<EventEnvelope<E>> events) {
        EventEnvelope<E> last = events.getLast();
        JournalOffset before = Objects.requireNonNull(position);
        JournalOffset reached = JournalOffset.of(last.offset());
        return projection
                .handler()
                .prepare(events)
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
}
