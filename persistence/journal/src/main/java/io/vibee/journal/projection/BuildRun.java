package io.vibee.journal.projection;

import io.vibee.journal.JournalOffset;
import io.vibee.journal.database.Database;
import io.vibee.journal.query.PagedEvent;
import io.vibee.journal.query.R2dbcReadJournal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.event.Logging;
import org.apache.pekko.japi.pf.PFBuilder;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.RestartSettings;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.RestartSource;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream that fills one build of a projection's tables from one range of slices. A batch has the events that came while the
 * last one was written and the worker rested. After a failure that does not lie in the events, the stream goes on from the
 * position of the tables. It pauses before that, twice as long each time until a write succeeds, and puts half as many events
 * into a transaction.
 */
final class BuildRun<E> {

    private static final Logger LOG = LoggerFactory.getLogger(BuildRun.class);
    private static final int MOST_DOUBLINGS = 16;

    private final Projection<E> projection;
    private final int build;
    private final int minSlice;
    private final int maxSlice;
    private final ProjectionRows rows;
    private final ProjectionObserver observer;
    private final ProjectionSettings settings;
    private final BatchWriter<E> writer;
    private final UniqueKillSwitch running;
    private final AtomicInteger failures = new AtomicInteger();

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
        this.rows = new ProjectionRows(database);
        this.observer = observer;
        this.settings = settings;
        this.writer = new BatchWriter<>(projection, build, minSlice, database, observer);
        // Pekko resets its count of failures after a time, and ours ends with a success. So the longer pauses are ours.
        RestartSettings restart = RestartSettings.create(settings.minBackoff(), settings.minBackoff(), 0.2)
                .withLogSettings(RestartSettings.createLogSettings(Logging.DebugLevel()));
        this.running = RestartSource.onFailuresWithBackoff(restart, () -> written(journal))
                .viaMat(KillSwitches.single(), Keep.right())
                .to(Sink.ignore())
                .run(system);
    }

    /** The position of the tables; empty before it was read. */
    Optional<JournalOffset> position() {
        return Optional.ofNullable(writer.position());
    }

    void stop() {
        running.shutdown();
    }

    /** No stage reads ahead of the write: that would make the next page smaller. */
    private Source<Done, NotUsed> written(R2dbcReadJournal journal) {
        Pace pace = new Pace(settings, System.nanoTime());
        return Source.completionStageSource(after(settings.pauseBeyondFirst(failures.get()))
                        .thenCompose(done -> rows.position(projection.name(), build, minSlice, maxSlice))
                        .thenApply(from -> {
                            writer.startFrom(from);
                            return journal.<E>eventPagesBySlices(
                                    projection.entityType(),
                                    minSlice,
                                    maxSlice,
                                    from,
                                    settings.batch(),
                                    settings.minInterval());
                        }))
                .mapAsync(1, events -> writeAndRest(pace, events))
                .mapError(new PFBuilder<Throwable, Throwable>()
                        .matchAny(this::failed)
                        .build())
                .mapMaterializedValue(started -> NotUsed.getInstance());
    }

    private CompletionStage<Done> writeAndRest(Pace pace, List<PagedEvent<E>> events) {
        long started = System.nanoTime();
        int together = Math.max(1, settings.batch() >> Math.min(failures.get(), MOST_DOUBLINGS));
        return writer.write(events, together).thenCompose(done -> {
            failures.set(0);
            return after(pace.after(started, System.nanoTime(), events.size()));
        });
    }

    private static CompletionStage<Done> after(Duration pause) {
        return new CompletableFuture<Done>()
                .completeOnTimeout(Done.getInstance(), pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    private Throwable failed(Throwable failure) {
        int times = failures.incrementAndGet();
        observer.failed();
        String cause = Blame.inWords(failure);
        LOG.atWarn()
                .addKeyValue("projection", projection.name())
                .addKeyValue("build", build)
                .addKeyValue("from_slice", minSlice)
                .addKeyValue("times", times)
                .addKeyValue("cause", cause)
                .log("a projection failed and is tried again");
        if (!(Blame.unwrap(failure) instanceof SlicesTakenException)) {
            var unused = rows.failed(projection.name(), build, minSlice, cause).exceptionally(away -> {
                LOG.debug("the cause of a projection's failure can't be stored", away);
                return Done.getInstance();
            });
        }
        return failure;
    }
}
