package io.vibee.journal.projection;

import io.vibee.journal.JournalOffset;
import io.vibee.journal.OrderedPage;
import io.vibee.journal.OrderedReader;
import io.vibee.journal.database.Database;
import io.vibee.journal.query.R2dbcReadJournal;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.persistence.query.PersistenceQuery;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works on one range of slices of a projection. It reads every few seconds what operators want. It runs one stream for the
 * served build, and one for the build that is made beside it. The first worker also deletes builds that are no longer served.
 */
final class ProjectionWorker<E> extends AbstractBehavior<ProjectionWorker.Command> {

    private static final Logger LOG = LoggerFactory.getLogger(ProjectionWorker.class);
    private static final int DISCARD_AT_ONCE = 1000;

    sealed interface Command {}

    enum Stop implements Command {
        NOW
    }

    private enum Look implements Command {
        NOW
    }

    private record Controlled(
            ProjectionRows.@Nullable Control control,
            @Nullable Throwable failure) implements Command {}

    private record Ahead(int build, @Nullable OrderedPage page) implements Command {}

    private record Unwanted(Optional<Integer> build) implements Command {}

    private record Discarded(int build, long rows) implements Command {}

    private enum Nothing implements Command {
        MORE
    }

    private final Projection<E> projection;
    private final int minSlice;
    private final int maxSlice;
    private final Database database;
    private final R2dbcReadJournal journal;
    private final OrderedReader reader;
    private final ProjectionRows rows;
    private final ProjectionSettings settings;
    private final ProjectionObserver observer;
    private final Map<Integer, BuildRun<E>> runs = new HashMap<>();
    private int serving;

    static <E> Behavior<Command> create(
            Projection<E> projection, int minSlice, int maxSlice, ProjectionObserver observer) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            ProjectionWorker<E> worker = new ProjectionWorker<>(context, projection, minSlice, maxSlice, observer);
            timers.startTimerWithFixedDelay(Look.NOW, Duration.ZERO, worker.settings.lookInterval());
            return worker;
        }));
    }

    private ProjectionWorker(
            ActorContext<Command> context,
            Projection<E> projection,
            int minSlice,
            int maxSlice,
            ProjectionObserver observer) {
        super(context);
        this.projection = projection;
        this.minSlice = minSlice;
        this.maxSlice = maxSlice;
        this.observer = observer;
        this.database = Database.get(context.getSystem());
        this.reader = new OrderedReader(database);
        this.rows = new ProjectionRows(database);
        this.journal = PersistenceQuery.get(context.getSystem())
                .getReadJournalFor(R2dbcReadJournal.class, R2dbcReadJournal.IDENTIFIER);
        this.settings = ProjectionSettings.of(
                context.getSystem().settings().config().getConfig("pekko.persistence.postgres.projections"));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(Look.NOW, this::look)
                .onMessage(Controlled.class, this::onControlled)
                .onMessage(Ahead.class, this::onAhead)
                .onMessage(Unwanted.class, this::onUnwanted)
                .onMessage(Discarded.class, this::onDiscarded)
                .onMessageEquals(Nothing.MORE, () -> this)
                .onMessageEquals(Stop.NOW, Behaviors::stopped)
                .onSignal(PostStop.class, signal -> stopRuns())
                .onSignal(PreRestart.class, signal -> stopRuns())
                .build();
    }

    private Behavior<Command> stopRuns() {
        runs.values().forEach(BuildRun::stop);
        return this;
    }

    private Behavior<Command> look() {
        getContext().pipeToSelf(rows.control(projection.name()), Controlled::new);
        return this;
    }

    private Behavior<Command> onControlled(Controlled controlled) {
        ProjectionRows.Control control = controlled.control();
        if (control == null) {
            LOG.warn("projection {}: its row can't be read: {}", projection.name(), controlled.failure());
            return this;
        }
        serving = control.serving();
        Integer building = control.building();
        runs.entrySet().removeIf(run -> {
            boolean wanted = !control.paused() && control.wants(run.getKey());
            if (!wanted) {
                run.getValue().stop();
            }
            return !wanted;
        });
        if (!control.paused()) {
            run(serving);
            if (building != null) {
                run(building);
            }
        }
        runs.forEach((build, run) -> run.position().ifPresent(position -> lookAhead(build, position)));
        if (minSlice == 0) {
            getContext()
                    .pipeToSelf(
                            rows.unwanted(projection.name()),
                            (build, failure) -> new Unwanted(build == null ? Optional.empty() : build));
        }
        return this;
    }

    private void run(int build) {
        runs.computeIfAbsent(
                build,
                number -> new BuildRun<>(
                        projection,
                        number,
                        minSlice,
                        maxSlice,
                        journal,
                        database,
                        settings,
                        observer,
                        getContext().getSystem()));
    }

    private void lookAhead(int build, JournalOffset position) {
        OrderedReader.Slices slices = new OrderedReader.Slices(projection.entityType(), minSlice, maxSlice);
        getContext().pipeToSelf(reader.page(slices, position, 1), (page, failure) -> new Ahead(build, page));
    }

    /** The first event that is not in the tables tells how far behind they are. */
    private Behavior<Command> onAhead(Ahead ahead) {
        OrderedPage page = ahead.page();
        if (page == null) {
            return this;
        }
        if (ahead.build() == serving) {
            observer.lag(
                    minSlice,
                    page.events().isEmpty()
                            ? Duration.ZERO
                            : Duration.between(
                                    page.events().getFirst().event().timestamp(),
                                    Clock.systemUTC().instant()));
        } else if (page.events().isEmpty() && !page.hidden()) {
            getContext()
                    .pipeToSelf(
                            rows.caughtUp(projection.name(), ahead.build(), minSlice, projection.ranges()),
                            (done, failure) -> Nothing.MORE);
        }
        return this;
    }

    private Behavior<Command> onUnwanted(Unwanted unwanted) {
        unwanted.build().ifPresent(this::discard);
        return this;
    }

    private void discard(int build) {
        getContext()
                .pipeToSelf(
                        database.inTransaction(
                                        connection -> projection.handler().discard(connection, build, DISCARD_AT_ONCE))
                                .toFuture(),
                        (count, failure) -> count == null ? Nothing.MORE : new Discarded(build, count));
    }

    private Behavior<Command> onDiscarded(Discarded discarded) {
        if (discarded.rows() > 0) {
            discard(discarded.build());
        } else {
            getContext()
                    .pipeToSelf(
                            rows.forget(projection.name(), discarded.build()),
                            (Done done, Throwable failure) -> Nothing.MORE);
        }
        return this;
    }
}
