package io.vibee.journal.projection;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.vibee.journal.JournalOffset;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.Query;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The tables with the positions of projections, and with what operators want of them. */
final class ProjectionRows {

    /**
     * What operators want of a projection.
     *
     * @param building the build beside the one that is served, or null
     */
    record Control(int serving, @Nullable Integer building, boolean paused) {

        boolean wants(int build) {
            return build == serving || (building != null && build == building);
        }
    }

    private final Database database;

    ProjectionRows(Database database) {
        this.database = database;
    }

    /** What operators want of a projection. A new projection gets a row, with its first build served. */
    CompletionStage<Control> control(String name) {
        return database.withConnection(connection -> Query.on(connection, """
                                with added as (
                                  insert into projection (name) select $1
                                   where not exists (select from projection where name = $1)
                                  on conflict do nothing)
                                select 1 as serving, null::int as building, false as paused
                                 where not exists (select from projection where name = $1)
                                union all
                                select serving, building, paused from projection where name = $1""")
                        .with(name)
                        .rows(ProjectionRows::control)
                        .single())
                .toFuture();
    }

    private static Control control(Readable row) {
        return new Control(
                Column.integer(row, "serving"), row.get("building", Integer.class), Column.flag(row, "paused"));
    }

    CompletionStage<JournalOffset> position(String name, int build, int minSlice, int maxSlice) {
        return database.withConnection(connection -> Query.on(connection, """
                                insert into projection_progress (name, build, min_slice, max_slice, position)
                                values ($1, $2, $3, $4, $5) on conflict do nothing""")
                        .with(name)
                        .with(build)
                        .with(minSlice)
                        .with(maxSlice)
                        .with(JournalOffset.START.toString())
                        .update()
                        .then(Query.on(connection, """
                                select position, max_slice from projection_progress
                                 where name = $1 and build = $2 and min_slice = $3""")
                                .with(name)
                                .with(build)
                                .with(minSlice)
                                .rows(row -> position(row, maxSlice))
                                .single()))
                .toFuture();
    }

    private static JournalOffset position(Readable row, int maxSlice) {
        if (Column.integer(row, "max_slice") != maxSlice) {
            throw new IllegalStateException("the projection had other slice ranges before (expected: a rebuild)");
        }
        return JournalOffset.parse(Column.text(row, "position"));
    }

    /**
     * Moves a worker's position on. Fails when another worker has moved it, and then this worker must stop. The transaction
     * commits without waiting for the disk: a crash loses position and rows together, and they are written again. Its
     * statements are planned each time: a plan from the time when the tables were small reads them whole until they are
     * analyzed.
     */
    static Mono<Done> advance(
            Connection connection, String name, int build, int minSlice, JournalOffset from, JournalOffset to) {
        return Query.on(connection, """
                        update projection_progress
                           set position = $5, updated_at = now(), failure = null, failed_at = null
                         where name = $1 and build = $2 and min_slice = $3 and position = $4
                        returning set_config('synchronous_commit', 'off', true),
                                  set_config('plan_cache_mode', 'force_custom_plan', true)""")
                .with(name)
                .with(build)
                .with(minSlice)
                .with(from.toString())
                .with(to.toString())
                .update()
                .flatMap(changed ->
                        changed == 1 ? Mono.just(Done.getInstance()) : Mono.error(SlicesTakenException::new));
    }

    /**
     * Notes that a worker has read all events for the build beside the served one. After the last worker that build is served.
     *
     * @param ranges how many workers there are
     */
    CompletionStage<Done> caughtUp(String name, int build, int minSlice, int ranges) {
        return database.inTransaction(connection -> Query.on(connection, """
                                update projection_progress set caught_up = true
                                 where name = $1 and build = $2 and min_slice = $3""")
                        .with(name)
                        .with(build)
                        .with(minSlice)
                        .update()
                        .then(Query.on(connection, "select from projection where name = $1 for update")
                                .with(name)
                                .update())
                        .then(Query.on(connection, """
                                update projection set serving = building, building = null
                                 where name = $1 and building = $2
                                   and (select count(*) from projection_progress as progress
                                         where progress.name = $1 and build = $2 and caught_up) = $3""")
                                .with(name)
                                .with(build)
                                .with((long) ranges)
                                .update()))
                .thenReturn(Done.getInstance())
                .toFuture();
    }

    /** A build older than the served one, if there is one. */
    CompletionStage<Optional<Integer>> unwanted(String name) {
        return database.withConnection(connection -> Query.on(connection, """
                                select min(build) as build from projection_progress
                                  join projection using (name)
                                 where name = $1 and build < serving""")
                        .with(name)
                        .rows(row -> Optional.ofNullable(row.get("build", Integer.class)))
                        .single())
                .toFuture();
    }

    CompletionStage<Done> forget(String name, int build) {
        return database.inTransaction(connection -> SetAside.forget(connection, name, build)
                        .then(Query.on(connection, "delete from projection_progress where name = $1 and build = $2")
                                .with(name)
                                .with(build)
                                .update()))
                .thenReturn(Done.getInstance())
                .toFuture();
    }

    /** Stores why the last write failed. The next write that succeeds clears it. */
    CompletionStage<Done> failed(String name, int build, int minSlice, String cause) {
        return database.withConnection(connection -> Query.on(connection, """
                                update projection_progress set failure = left($4, 512), failed_at = now()
                                 where name = $1 and build = $2 and min_slice = $3""")
                        .with(name)
                        .with(build)
                        .with(minSlice)
                        .with(cause)
                        .update())
                .thenReturn(Done.getInstance())
                .toFuture();
    }
}
