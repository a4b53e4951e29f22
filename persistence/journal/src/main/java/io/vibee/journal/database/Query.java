package io.vibee.journal.database;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One SQL statement with its parameters in the order of {@code $1, $2, …}. Use it once, on the connection that it was made for.
 */
public final class Query {

    private final Statement statement;
    private int bound;

    private Query(Statement statement) {
        this.statement = statement;
    }

    public static Query on(Connection connection, String sql) {
        return new Query(connection.createStatement(sql));
    }

    /** The next parameter. */
    public Query with(Object value) {
        statement.bind(bound++, value);
        return this;
    }

    /** The next parameter, which may be null. */
    public <T> Query with(@Nullable T value, Class<T> type) {
        if (value == null) {
            statement.bindNull(bound++, type);
        } else {
            statement.bind(bound++, value);
        }
        return this;
    }

    /** How many rows were written. */
    public Mono<Long> update() {
        return Flux.from(statement.execute()).flatMap(Result::getRowsUpdated).reduce(0L, Long::sum);
    }

    /** The only row, if there is one; two are a failure. */
    public <T> Mono<Optional<T>> one(Function<? super Readable, T> reader) {
        return rows(reader).singleOrEmpty().map(Optional::of).defaultIfEmpty(Optional.empty());
    }

    /** All rows. The statement itself must limit their number. */
    public <T> Mono<List<T>> list(Function<? super Readable, T> reader) {
        return rows(reader).collectList();
    }

    /** The rows as they come. */
    public <T> Flux<T> rows(Function<? super Readable, T> reader) {
        return Flux.from(statement.execute()).flatMap(result -> result.map(reader));
    }
}
