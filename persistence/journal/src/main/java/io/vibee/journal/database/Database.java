package io.vibee.journal.database;

import com.typesafe.config.Config;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/**
 * A pool of connections with a limit. No method blocks. Results arrive on the pool's own event loops: never wait for anything
 * there. Every failure, a full queue for connections included, fails the returned publisher, with a {@link
 * DatabaseUnavailableException} or a {@link DatabaseConflictException} where one of them fits. Whoever opens a pool closes it.
 * The pool of an actor system closes with the system at the latest.
 */
public final class Database implements Extension, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    private final ConnectionPool pool;
    private final LoopResources eventLoops;
    private final DatabaseUrl url;
    private final PoolSettings settings;
    private final AtomicReference<@Nullable CompletionStage<Done>> closed = new AtomicReference<>();

    /** The pool of this actor system, opened on first use with the block {@code pekko.persistence.postgres.database}. */
    public static Database get(ClassicActorSystemProvider system) {
        return Id.INSTANCE.get(system);
    }

    /** A pool of the caller's own. It connects when it is first used. */
    public static Database open(DatabaseUrl url, PoolSettings settings) {
        return new Database(url, settings);
    }

    private Database(DatabaseUrl url, PoolSettings settings) {
        this.url = url;
        this.settings = settings;
        int loops = Math.min(Runtime.getRuntime().availableProcessors(), settings.maxSize());
        // Not colocated: a connection that is opened from an event loop would stay on that loop, and all end up on one.
        this.eventLoops = LoopResources.create(settings.applicationName() + "-database", 1, loops, true, false);
        PostgresqlConnectionFactory factory = new PostgresqlConnectionFactory(url.r2dbc()
                .loopResources(eventLoops)
                .applicationName(settings.applicationName())
                .connectTimeout(settings.connectTimeout())
                .statementTimeout(settings.statementTimeout())
                .options(Map.of("default_transaction_isolation", "read committed"))
                .preparedStatementCacheQueries(settings.preparedStatements())
                // Else rows come as text: payloads in hexadecimal, timestamps to be parsed.
                .forceBinary(true)
                .tcpKeepAlive(true)
                .tcpNoDelay(true)
                .build());
        this.pool = new ConnectionPool(ConnectionPoolConfiguration.builder(factory)
                .name(settings.applicationName())
                .initialSize(settings.initialSize())
                .minIdle(settings.initialSize())
                .maxSize(settings.maxSize())
                .maxAcquireTime(settings.maxAcquireTime())
                .maxCreateConnectionTime(settings.connectTimeout())
                .maxIdleTime(settings.maxIdleTime())
                .maxLifeTime(settings.maxLifeTime())
                .backgroundEvictionInterval(settings.maxIdleTime().dividedBy(2))
                .customizer(builder -> builder.maxPendingAcquire(settings.maxPending()))
                .build());
    }

    /** The address of this pool. A notification listener needs it for a connection of its own. */
    public DatabaseUrl url() {
        return url;
    }

    public PoolSettings settings() {
        return settings;
    }

    /**
     * Lends the work a connection in auto-commit mode, for {@code operation-timeout} at most. When the work takes longer, or
     * the caller gives it up, the connection is closed, because it may never answer again.
     */
    public <T> Mono<T> withConnection(Function<Connection, Mono<T>> work) {
        return Mono.usingWhen(
                        pool.create(),
                        work,
                        Connection::close,
                        (borrowed, failure) -> borrowed.close(),
                        Database::abandon)
                .timeout(settings.operationTimeout())
                .onErrorMap(DatabaseFailures::typed);
    }

    /**
     * Closes the connection before the pool gets it back, so that the pool forgets it. It doesn't wait for the close, because
     * the connection may be mute.
     */
    private static Publisher<Void> abandon(Connection borrowed) {
        if (borrowed instanceof Wrapped<?> pooled && pooled.unwrap() instanceof Connection physical) {
            Mono.from(physical.close())
                    .subscribe(closed -> {}, failure -> LOG.debug("Closing a connection failed", failure));
        }
        return borrowed.close();
    }

    /**
     * As {@link #withConnection}, in one transaction (read committed). It commits before it emits the value, and rolls back
     * when the work fails or is given up. When the commit itself fails, its outcome is unknown.
     */
    public <T> Mono<T> inTransaction(Function<Connection, Mono<T>> work) {
        return withConnection(connection -> Mono.usingWhen(
                Mono.from(connection.beginTransaction()).thenReturn(connection),
                work,
                Connection::commitTransaction,
                (borrowed, failure) -> borrowed.rollbackTransaction(),
                Connection::rollbackTransaction));
    }

    /** Lends the work a connection until the stream ends or is cancelled. The rows come as fast as they are asked for. */
    public <T> Flux<T> stream(Function<Connection, ? extends Publisher<T>> work) {
        return Flux.usingWhen(pool.create(), work, Connection::close).onErrorMap(DatabaseFailures::typed);
    }

    /** Whether the database answers now, within {@code connect-timeout}; never fails. */
    public CompletionStage<Boolean> ping() {
        Duration patience = settings.connectTimeout();
        return withConnection(connection -> Flux.from(
                                connection.createStatement("select 1").execute())
                        .flatMap(result -> result.map((row, metadata) -> true))
                        .next())
                .timeout(patience)
                .onErrorReturn(false)
                .defaultIfEmpty(false)
                .toFuture();
    }

    /** Closes idle connections at once, and the others when they are given back. A repeated call does no harm. */
    public CompletionStage<Done> closeLater() {
        CompletionStage<Done> running = closed.get();
        if (running != null) {
            return running;
        }
        Mono<Done> closing = pool.disposeLater()
                .onErrorComplete()
                .then(eventLoops
                        .disposeLater(Duration.ZERO, Duration.ofSeconds(2))
                        .onErrorComplete())
                .thenReturn(Done.getInstance())
                .cache();
        CompletionStage<Done> mine = closing.toFuture();
        return closed.compareAndSet(null, mine) ? mine : closeLater();
    }

    /** Starts {@link #closeLater} and does not wait for it. */
    @Override
    public void close() {
        var unused = closeLater();
    }

    private static final class Id extends AbstractExtensionId<Database> {

        static final Id INSTANCE = new Id();

        @Override
        public Database createExtension(ExtendedActorSystem system) {
            Config config = system.settings().config().getConfig(PoolSettings.CONFIG_PATH);
            Database database = new Database(DatabaseUrl.parse(config.getString("url")), PoolSettings.of(config));
            system.getWhenTerminated().thenRun(database::close);
            return database;
        }
    }
}
