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
 * Tells from the tables how projections are, wherever in the cluster their workers run, or whether they run at all: which stand
 * still though there is something to read, and how many events were set aside. Whoever asks often is told the same for a while.
 */
public final class ProjectionWatch {

    /** Newer than any standstill that is told of, and old enough that asking costs the database next to nothing. */
    private static final Duration TOLD_AGAIN_FOR = Duration.ofSeconds(2);

    private final Database database;
    private final OrderedReader reader;
    private final Duration patience;
    private final Instant startedAt = Instant.now();
    private final Map<String, String> entityTypes;
    private final AtomicReference<@Nullable Look> last = new AtomicReference<>();

    /**
     * @param entityTypes of the events of the projections that run, by their names
     * @param patience how long one may stand still before that is told
     */
    public ProjectionWatch(Database database, Map<String, String> entityTypes, Duration patience) {
        this.database = database;
        this.reader = new OrderedReader(database);
        this.patience = patience;
        this.entityTypes = Map.copyOf(entityTypes);
    }

    /**
     * Some slices of a projection whose tables have not changed though there are events.
     *
     * @param time for how long they could have
     * @param failure why the last try failed, without any personal text; null when none did: then there was none
     */
    public record Standstill(
            String name,
            int minSlice,
            int maxSlice,
            Duration time,
            @Nullable String failure) {}

    /**
     * How projections are.
     *
     * @param setAside events without rows in the tables that are read, by projection; only where there are some
     */
    public record State(List<Standstill> standstills, Map<String, Long> setAside) {

        public State {
            standstills = List.copyOf(standstills);
        }
    }

    private record Look(long at, CompletionStage<State> state) {}

    /** Where some slices of a served build are. */
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

    /** How they are. A pause is no standstill. Fails when the database can't be asked. */
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
                // The server does not know the place, for it was restored to an earlier one: nobody can go on from
                // there.
                .exceptionallyCompose(failure -> Blame.unwrap(failure) instanceof IllegalStateException
                        ? CompletableFuture.completedFuture(Optional.of(later(place.updatedAt(), startedAt)))
                        : CompletableFuture.failedFuture(failure))
                .thenApply(since -> since.map(from -> Duration.between(from, place.now()))
                        .filter(time -> time.compareTo(patience) >= 0)
                        .map(time -> new Standstill(
                                place.name(), place.minSlice(), place.maxSlice(), time, place.failure())));
    }

    /** Since when the next event could have had its rows; nothing when there is none. */
    private Optional<Instant> since(Place place, OrderedPage page) {
        return page.events().stream()
                .findFirst()
                .map(next -> later(later(next.event().timestamp(), place.updatedAt()), startedAt));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
