package io.vibee.journal.projection;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.vibee.journal.JournalOffset;
import io.vibee.journal.OrderedPage;
import io.vibee.journal.OrderedReader;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.Query;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Tells from the tables how projections are, wherever their workers run, and even when none runs. It tells which stand still
 * though there are events to read, and how many events were set aside. Each answer is kept for 2 s.
 */
public final class ProjectionWatch {

    /** Shorter than any standstill that is told, and long enough that frequent calls cost the database next to nothing. */
    private static final Duration TOLD_AGAIN_FOR = Duration.ofSeconds(2);

    private final Database database;
    private final OrderedReader reader;
    private final Duration patience;
    private final Instant startedAt = Instant.now();
    private final Map<String, String> entityTypes;
    private final AtomicReference<@Nullable Look> last = new AtomicReference<>();

    /**
     * Tells of these projections.
     *
     * @param entityTypes the entity types of the projections that run, by the projections' names
     * @param patience how long a projection may stand still before that is told
     */
    public ProjectionWatch(Database database, Map<String, String> entityTypes, Duration patience) {
        this.database = database;
        this.reader = new OrderedReader(database);
        this.patience = patience;
        this.entityTypes = Map.copyOf(entityTypes);
    }

    /**
     * Slices of a projection whose tables have not changed though there are events.
     *
     * @param time for how long they could have changed
     * @param failure why the last try failed, without any personal text; null when there was no failure, so nothing was tried
     */
    public record Standstill(
            String name,
            int minSlice,
            int maxSlice,
            Duration time,
            @Nullable String failure) {}

    /**
     * The state of the projections.
     *
     * @param setAside how many events have no rows in the served tables, by projection; only where there are some
     */
    public record State(List<Standstill> standstills, Map<String, Long> setAside) {

        public State {
            standstills = List.copyOf(standstills);
        }
    }

    private record Look(long at, CompletionStage<State> state) {}

    /** The position of some slices of a served build. */
    private record Place(
            String name,
            int minSlice,
            int maxSlice,
            JournalOffset position,
            Instant updatedAt,
            Instant now,
            @Nullable String failure) {

        static Place read(Readable row) {
            return new Place(
                    Column.text(row, "name"),
                    Column.integer(row, "min_slice"),
                    Column.integer(row, "max_slice"),
                    JournalOffset.parse(Column.text(row, "position")),
                    Column.instant(row, "updated_at"),
                    Column.instant(row, "now"),
                    row.get("failure", String.class));
        }
    }

    /** The state of the projections. A pause is no standstill. Fails when the database can't be asked. */
    public CompletionStage<State> state() {
        long now = System.nanoTime();
        Look before = last.get();
        if (before != null && now - before.at() < TOLD_AGAIN_FOR.toNanos()) {
            return before.state();
        }
        CompletableFuture<State> state = new CompletableFuture<>();
        Look mine = new Look(now, state);
        if (!last.compareAndSet(before, mine)) {
            return Objects.requireNonNull(last.get()).state();
        }
        var unused = look().whenComplete((found, failure) -> {
            if (failure == null) {
                state.complete(found);
            } else {
                last.compareAndSet(mine, null);
                state.completeExceptionally(failure);
            }
        });
        return state;
    }

    private CompletionStage<State> look() {
        return database.withConnection(connection -> places(connection).zipWith(setAside(connection)))
                .toFuture()
                .thenCompose(found -> {
                    List<CompletableFuture<Optional<Standstill>>> looking = found.getT1().stream()
                            .map(place -> standstill(place).toCompletableFuture())
                            .toList();
                    return CompletableFuture.allOf(looking.toArray(CompletableFuture[]::new))
                            .thenApply(all -> new State(
                                    looking.stream()
                                            .flatMap(one -> one.join().stream())
                                            .toList(),
                                    found.getT2()));
                });
    }

    private Mono<List<Place>> places(Connection connection) {
        return Query.on(connection, """
                        select name, min_slice, max_slice, position, updated_at, clock_timestamp() as now, failure
                          from projection_progress join projection using (name)
                         where build = serving and not paused and name = any($1)
                           and updated_at < clock_timestamp() - make_interval(secs => $2)
                         order by name, min_slice""")
                .with(entityTypes.keySet().toArray(String[]::new))
                .with(patience.toMillis() / 1000.0)
                .list(Place::read);
    }

    private static Mono<Map<String, Long>> setAside(Connection connection) {
        return Query.on(connection, """
                        select name, count(*) as events from projection_set_aside join projection using (name)
                         where build = serving group by name order by name""")
                .rows(row -> Map.entry(Column.text(row, "name"), Column.number(row, "events")))
                .collect(LinkedHashMap::new, (all, one) -> all.put(one.getKey(), one.getValue()));
    }

    private CompletionStage<Optional<Standstill>> standstill(Place place) {
        String entityType = Objects.requireNonNull(entityTypes.get(place.name()));
        return reader.page(
                        new OrderedReader.Slices(entityType, place.minSlice(), place.maxSlice()), place.position(), 1)
                .thenApply(page -> since(place, page))
                // The server was restored to an earlier state, so it does not know the position, and no worker can go
                // on from
                // it.
                .exceptionallyCompose(failure -> Blame.unwrap(failure) instanceof IllegalStateException
                        ? CompletableFuture.completedFuture(Optional.of(later(place.updatedAt(), startedAt)))
                        : CompletableFuture.failedFuture(failure))
                .thenApply(since -> since.map(from -> Duration.between(from, place.now()))
                        .filter(time -> time.compareTo(patience) >= 0)
                        .map(time -> new Standstill(
                                place.name(), place.minSlice(), place.maxSlice(), time, place.failure())));
    }

    /** The time since which the next event could have its rows; empty when there is no event. */
    private Optional<Instant> since(Place place, OrderedPage page) {
        return page.events().stream()
                .findFirst()
                .map(next -> later(later(next.event().timestamp(), place.updatedAt()), startedAt));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
