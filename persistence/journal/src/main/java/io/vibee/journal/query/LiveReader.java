package io.vibee.journal.query;

import io.vibee.journal.CommitSignals;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Source;
import org.jspecify.annotations.Nullable;

/**
 * Makes streams of pages that never end. It reads a page when the stream wants more. When everything has been read, it first
 * waits for a signal, or for a while without one. It holds no connection between two pages.
 */
final class LiveReader {

    private static final Duration LONGEST_HIDDEN_PAUSE = Duration.ofMillis(100);

    /**
     * What a look at the journal found.
     *
     * @param position where the next look begins
     * @param end whether there was no more
     * @param hidden whether there is more that can not be seen yet
     */
    record Found<P, E>(List<E> events, P position, boolean end, boolean hidden) {}

    /** Where a stream stands, and what it waits for before it looks again. */
    private record State<P>(P position, Pause before, int timesHidden) {}

    private sealed interface Pause {}

    private record NoPause() implements Pause {}

    private record WhileHidden() implements Pause {}

    /** Until there are more commits than were counted before the last look. */
    private record ForCommit(long counted, long lookedAt) implements Pause {}

    private final CommitSignals signals;
    private final QuerySettings settings;

    LiveReader(CommitSignals signals, QuerySettings settings) {
        this.signals = signals;
        this.settings = settings;
    }

    /**
     * A stream of events that never ends. It fails when a look fails.
     *
     * @param entityType of the events, null for any type
     */
    <P, E> Source<E, NotUsed> source(
            P from, @Nullable String entityType, Function<P, CompletionStage<Found<P, E>>> look) {
        return pages(from, entityType, settings.minInterval(), look).mapConcat(events -> events);
    }

    /**
     * As {@link #source}, with the events of each look together: what came before the stream wanted more is in one page.
     *
     * @param minInterval from one look to the next, once everything has been read
     */
    <P, E> Source<List<E>, NotUsed> pages(
            P from, @Nullable String entityType, Duration minInterval, Function<P, CompletionStage<Found<P, E>>> look) {
        return Source.unfoldAsync(
                        new State<>(from, new NoPause(), 0), state -> next(state, entityType, minInterval, look))
                .filterNot(List::isEmpty);
    }

    private <P, E> CompletionStage<Optional<Pair<State<P>, List<E>>>> next(
            State<P> state,
            @Nullable String entityType,
            Duration minInterval,
            Function<P, CompletionStage<Found<P, E>>> look) {
        return waited(state, entityType, minInterval).thenCompose(done -> {
            long counted = signals.count(entityType);
            long lookedAt = System.nanoTime();
            return look.apply(state.position()).thenApply(found -> {
                State<P> following = !found.end()
                        ? new State<>(found.position(), new NoPause(), 0)
                        : found.hidden()
                                ? new State<>(
                                        found.position(),
                                        new WhileHidden(),
                                        found.events().isEmpty() ? state.timesHidden() + 1 : 1)
                                : new State<>(found.position(), new ForCommit(counted, lookedAt), 0);
                return Optional.of(Pair.create(following, found.events()));
            });
        });
    }

    private CompletionStage<Done> waited(State<?> state, @Nullable String entityType, Duration minInterval) {
        return switch (state.before()) {
            case NoPause no -> CompletableFuture.completedFuture(Done.getInstance());
            case WhileHidden hidden -> after(hiddenPause(settings.hiddenAgainAfter(), state.timesHidden()));
            case ForCommit commit ->
                signals.changed(entityType, commit.counted(), settings.pollInterval())
                        .thenCompose(done -> after(minInterval.minusNanos(System.nanoTime() - commit.lookedAt())));
        };
    }

    /** The pause before the next look, which doubles each time, up to 100 ms. */
    static Duration hiddenPause(Duration first, int times) {
        Duration pause = first.multipliedBy(1L << Math.min(Math.max(times - 1, 0), 10));
        return pause.compareTo(LONGEST_HIDDEN_PAUSE) < 0 ? pause : LONGEST_HIDDEN_PAUSE;
    }

    static CompletionStage<Done> after(Duration pause) {
        CompletableFuture<Done> over = new CompletableFuture<>();
        return pause.isPositive()
                ? over.completeOnTimeout(Done.getInstance(), pause.toNanos(), TimeUnit.NANOSECONDS)
                : CompletableFuture.completedFuture(Done.getInstance());
    }
}
