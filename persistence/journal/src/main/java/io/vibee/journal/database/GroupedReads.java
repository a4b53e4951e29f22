package io.vibee.journal.database;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.Done;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Answers many questions of one kind with few statements. A question goes out at once while fewer than two statements are on their
 * way. What is asked meanwhile goes out together. So a burst, such as a thousand entities that recover, shares round trips, and a
 * question that comes alone waits for nobody.
 *
 * <p>A question that the server refuses fails alone: its group is asked again one by one. A database that can't be reached fails
 * whoever waits.
 *
 * @param <Q> a question
 * @param <R> a row of its answer
 */
public final class GroupedReads<Q, R> {

    private static final int STATEMENTS = 2;

    /**
     * Makes the statement for a group.
     *
     * @param <Q> a question
     */
    @FunctionalInterface
    public interface Asking<Q> {

        /** A statement whose rows have a column {@code place}: which of the questions they answer, counted from 1. */
        Query on(Connection connection, List<Q> questions);
    }

    private record Ask<Q, R>(Q question, CompletableFuture<List<R>> answer) {}

    private record Placed<R>(int place, R row) {}

    private final Database database;
    private final int together;
    private final Asking<Q> asking;
    private final Function<? super Readable, R> reader;
    private final Queue<Ask<Q, R>> waiting = new ArrayDeque<>();
    private int running;

    /**
     * Asks nothing yet.
     *
     * @param together questions in a statement, at most
     * @param reader reads a row; it may ignore {@code place}
     */
    public GroupedReads(Database database, int together, Asking<Q> asking, Function<? super Readable, R> reader) {
        this.database = database;
        this.together = together;
        this.asking = asking;
        this.reader = reader;
    }

    /**
     * The rows of the answer in the statement's order; empty when there are none. Fails as {@link Database#withConnection} does, and
     * at once when as many wait as may wait for a connection. A stage that its caller ends before is not asked.
     */
    public CompletionStage<List<R>> ask(Q question) {
        Ask<Q, R> ask = new Ask<>(question, new CompletableFuture<>());
        boolean starts;
        synchronized (waiting) {
            if (waiting.size() >= database.settings().maxPending()) {
                return CompletableFuture.failedFuture(
                        new DatabaseUnavailableException(new IllegalStateException("too many questions wait")));
            }
            waiting.add(ask);
            starts = running < STATEMENTS;
            if (starts) {
                running++;
            }
        }
        if (starts) {
            Mono.defer(this::nextGroup).repeat(this::isWanted).subscribe();
        }
        return ask.answer();
    }

    /** Whether to go on; without a question it ends here. */
    private boolean isWanted() {
        synchronized (waiting) {
            if (waiting.isEmpty()) {
                running--;
                return false;
            }
            return true;
        }
    }

    /** Takes its questions when the connection is there, so that as many as possible go together. Never fails. */
    private Mono<Done> nextGroup() {
        List<Ask<Q, R>> group = new ArrayList<>();
        return database.withConnection(connection -> {
                    take(group, together);
                    return group.isEmpty() ? Mono.just(List.<Placed<R>>of()) : rows(connection, group);
                })
                .doOnNext(rows -> answer(group, rows))
                .thenReturn(Done.getInstance())
                .onErrorResume(failure -> {
                    if (group.isEmpty()) {
                        // There was no connection for them either.
                        take(group, Integer.MAX_VALUE);
                    }
                    if (group.size() == 1 || failure instanceof DatabaseUnavailableException) {
                        group.forEach(ask -> ask.answer().completeExceptionally(failure));
                        return Mono.just(Done.getInstance());
                    }
                    return Flux.fromIterable(group).concatMap(this::alone).then(Mono.just(Done.getInstance()));
                });
    }

    private Mono<Done> alone(Ask<Q, R> ask) {
        List<Ask<Q, R>> one = List.of(ask);
        return database.withConnection(connection -> rows(connection, one))
                .doOnNext(rows -> answer(one, rows))
                .thenReturn(Done.getInstance())
                .onErrorResume(failure -> {
                    ask.answer().completeExceptionally(failure);
                    return Mono.just(Done.getInstance());
                });
    }

    private void take(List<Ask<Q, R>> group, int most) {
        synchronized (waiting) {
            while (group.size() < most && !waiting.isEmpty()) {
                Ask<Q, R> next = waiting.remove();
                if (!next.answer().isDone()) {
                    group.add(next);
                }
            }
        }
    }

    private Mono<List<Placed<R>>> rows(Connection connection, List<Ask<Q, R>> group) {
        return asking.on(connection, group.stream().map(Ask::question).toList())
                .list(row -> new Placed<>((int) Column.number(row, "place") - 1, reader.apply(row)));
    }

    private void answer(List<Ask<Q, R>> group, List<Placed<R>> rows) {
        List<List<R>> answers = new ArrayList<>(group.size());
        group.forEach(ask -> answers.add(new ArrayList<>(1)));
        rows.forEach(placed -> answers.get(placed.place()).add(placed.row()));
        for (int i = 0; i < group.size(); i++) {
            group.get(i).answer().complete(answers.get(i));
        }
    }
}
