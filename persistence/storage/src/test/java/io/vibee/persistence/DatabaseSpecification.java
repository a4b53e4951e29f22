package io.vibee.persistence;

import io.r2dbc.spi.Connection;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.PoolSettings;
import io.vibee.journal.database.Query;
import io.vibee.journal.database.TestDatabase;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

/** A test with an empty, migrated database of its own. */
@Timeout(180)
public abstract class DatabaseSpecification {

    protected final DatabaseUrl url = TestDatabase.fresh();
    protected final Database database = Database.open(url, PoolSettings.defaults());

    @AfterEach
    void closeDatabase() {
        await(database.closeLater());
    }

    /** The stage's value, or its own failure. */
    protected static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    protected static <T> List<T> awaitAll(List<? extends CompletionStage<T>> stages) {
        return stages.stream().map(DatabaseSpecification::<T>await).toList();
    }

    protected <T> T run(Function<Connection, Mono<T>> work) {
        return await(database.withConnection(work).toFuture());
    }

    /** Runs a statement with its parameters and gives the number of rows written. */
    protected long execute(String sql, Object... values) {
        return run(connection -> {
            Query query = Query.on(connection, sql);
            for (Object value : values) {
                query.with(value);
            }
            return query.update();
        });
    }

    /** The single number that a statement gives. */
    protected long number(String sql) {
        return run(connection -> Query.on(connection, sql)
                        .rows(row -> row.get(0, Number.class))
                        .single())
                .longValue();
    }

    protected void addUser(String id) {
        execute("insert into app_user (id, username, username_key, password_hash) values ($1, $1, $1, 'x')", id);
    }
}
