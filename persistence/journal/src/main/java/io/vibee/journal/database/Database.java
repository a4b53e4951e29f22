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
 * A bounded pool of connections. Nothing here blocks, and results arrive on the pool's own event loops: never wait for
 * anything there. Every failure, including a queue for connections that is full, fails the returned publisher: with a
 * {@link DatabaseUnavailableException} or a {@link DatabaseConflictException} where it is one. The owner closes it;
 * the one that belongs to an actor system is closed with it at the latest.
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

    /** A pool of one's own; connects lazily. */
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

    /** Where this pool connects to; also for a notification listener, which needs a connection of its own. */
    public DatabaseUrl url() {
        return url;
    }

    public PoolSettings settings() {
        return settings;
    }

    /**
     * Borrows a connection in auto-commit mode for as long as the work runs, at most {@code operation-timeout}. The connection of
     * work that is given up, then or by who asked, is closed: it may never answer again.
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

    /** Closes it before the pool gets it back, which then forgets it; and doesn't wait, since it may be mute. */
    private static Publisher<Void> abandon(Connection borrowed) {
        if (borrowed instanceof Wrapped<?> pooled && pooled.unwrap() instanceof Connection physical) {
            Mono.from(physical.close())
                    .subscribe(closed -> {}, failure -> LOG.debug("Closing a connection failed", failure));
        }
        return borrowed.close();
    }

    /**
     * As {@link #withConnection}, in one transaction (read committed): committed before the value is emitted, rolled back when
     * the work fails or is given up. A failure that comes from the commit itself leaves its outcome unknown.
     */
    public <T> Mono<T> inTransaction(Function<Connection, Mono<T>> work) {
        return withConnection(connection -> Mono.usingWhen(
                Mono.from(connection.beginTransaction()).thenReturn(connection),
                work,
                Connection::commitTransaction,
                (borrowed, failure) -> borrowed.rollbackTransaction(),
                Connection::rollbackTransaction));
    }

    /** Borrows a connection until the stream ends or is cancelled; its rows come as fast as they are asked for. */
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

    /** Closes the connections that are idle at once and the others when they are given back. Repeating it is harmless. */
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
