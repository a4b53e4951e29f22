package io.vibee.journal.projection;

import io.r2dbc.spi.Readable;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.Query;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** For whoever operates projections: what they do, wherever they run, is told by rows that they look at every few seconds. */
public final class ProjectionControl {

    private final Database database;

    public ProjectionControl(Database database) {
        this.database = database;
    }

    /**
     * One of a projection's workers.
     *
     * @param build of the tables
     * @param served whether readers see this build
     * @param position of the last event in the tables, generation/transaction/ordering
     * @param failure why the last batch could not be written, or null when it was
     */
    public record Progress(
            String name,
            int build,
            boolean served,
            boolean paused,
            int minSlice,
            int maxSlice,
            String position,
            Instant updatedAt,
            @Nullable String failure) {}

    /** All workers' progress, also of what is being rebuilt. */
    public CompletionStage<List<Progress>> progress() {
        return database.withConnection(connection -> Query.on(connection, """
                                select name, build, build = serving as served, paused, min_slice, max_slice, position, updated_at,
                                       failure
                                  from projection_progress join projection using (name)
                                 order by name, build, min_slice""").list(ProjectionControl::progress))
                .toFuture();
    }

    private static Progress progress(Readable row) {
        return new Progress(
                Column.text(row, "name"),
                Column.integer(row, "build"),
                Column.flag(row, "served"),
                Column.flag(row, "paused"),
                Column.integer(row, "min_slice"),
                Column.integer(row, "max_slice"),
                Column.text(row, "position"),
                Column.instant(row, "updated_at"),
                row.get("failure", String.class));
    }

    /** Events that have no rows in the tables that are read, the first of them at most so many. */
    public CompletionStage<List<SetAside>> setAside(int limit) {
        return database.withConnection(connection -> SetAside.served(connection, limit))
                .toFuture();
    }

    /** Stops it where it is, or lets it go on; false when there is no such projection. */
    public CompletionStage<Boolean> pause(String name, boolean paused) {
        return database.withConnection(
                        connection -> Query.on(connection, "update projection set paused = $2 where name = $1")
                                .with(name)
                                .with(paused)
                                .update())
                .map(changed -> changed == 1)
                .toFuture();
    }

    /**
     * Begins to build its tables anew from the first event. The old ones are read until the new ones have come as far; one
     * that was being rebuilt goes on. Gives the build's number, or nothing when there is no such projection.
     */
    public CompletionStage<Optional<Integer>> rebuild(String name) {
        return database.withConnection(
                        connection -> Query.on(connection, """
                                update projection set building = coalesce(building, serving + 1) where name = $1
                                returning building""").with(name).one(row -> Column.integer(row, "building")))
                .toFuture();
    }

    /** The build that is to be read, as a part of a query; its parameter is none of the caller's. */
    public static String serving(String name) {
        if (!name.matches("[a-z_]+")) {
            throw new IllegalArgumentException("projection name '" + name + "' (expected: a-z and _)");
        }
        return "(select serving from projection where name = '" + name + "')";
    }
}
