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

/**
 * Shows, pauses and rebuilds projections, on whatever nodes they run. It writes rows that their workers read every few seconds.
 */
public final class ProjectionControl {

    private final Database database;

    public ProjectionControl(Database database) {
        this.database = database;
    }

    /**
     * The progress of one of a projection's workers.
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

    /** The progress of all workers, also of builds that are being made. */
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

    /** Events without rows in the served tables, the oldest first, at most {@code limit}. */
    public CompletionStage<List<SetAside>> setAside(int limit) {
        return database.withConnection(connection -> SetAside.served(connection, limit))
                .toFuture();
    }

    /** Pauses a projection where it is, or lets it go on; false when there is no such projection. */
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
     * Starts to build a projection's tables anew, from the first event. Readers see the old tables until the new ones have
     * caught up. A rebuild that runs already goes on. Gives the number of the build, or nothing when there is no such
     * projection.
     */
    public CompletionStage<Optional<Integer>> rebuild(String name) {
        return database.withConnection(
                        connection -> Query.on(connection, """
                                update projection set building = coalesce(building, serving + 1) where name = $1
                                returning building""").with(name).one(row -> Column.integer(row, "building")))
                .toFuture();
    }

    /** The served build of a projection, as a part of a query. It takes no parameter. */
    public static String serving(String name) {
        if (!name.matches("[a-z_]+")) {
            throw new IllegalArgumentException("projection name '" + name + "' (expected: a-z and _)");
        }
        return "(select serving from projection where name = '" + name + "')";
    }
}
