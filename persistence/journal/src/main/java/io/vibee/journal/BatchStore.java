package io.vibee.journal;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.pekko.Done;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Stores a batch of writes with a connection, and tells each write its outcome. The database rolls a batch that it refuses back
 * as a whole. Its writes are then stored one by one, so that only the faulty one fails. A write whose outcome is unknown fails
 * and is not tried again.
 */
final class BatchStore {

    private static final Logger log = LoggerFactory.getLogger(BatchStore.class);

    private final WriteQueue queue;
    private final Duration callTimeout;
    private final Consumer<Set<String>> committed;
    /** The newest timestamp of an event that this node has seen, in writing or in recovery. */
    private volatile Instant latest = Instant.EPOCH;

    /**
     * Stores writes of this queue.
     *
     * @param callTimeout how long the database may take for a statement
     * @param committed is told the entity types of each commit
     */
    BatchStore(WriteQueue queue, Duration callTimeout, Consumer<Set<String>> committed) {
        this.queue = queue;
        this.callTimeout = callTimeout;
        this.committed = committed;
    }

    /** There is an event of this time. No event that is stored from now on shall look older. */
    synchronized void seen(Instant timestamp) {
        if (timestamp.isAfter(latest)) {
            latest = timestamp;
        }
    }

    /** Gives true when all are stored together, so that the connection can be used again. Never fails. */
    Mono<Boolean> store(Connection connection, List<JournalWrite> writes) {
        return send(connection, writes).thenReturn(true).onErrorResume(failure -> {
            if (WriteRefusal.isForContent(failure) && (writes.size() > 1 || WriteRefusal.isRollback(failure))) {
                log.info(
                        "A batch of {} writes was refused, storing them one by one: {}",
                        writes.size(),
                        failure.toString());
                return Flux.fromIterable(writes)
                        .concatMap(write -> storeAlone(connection, write))
                        .then(Mono.just(false));
            }
            fail(writes, failure);
            return Mono.just(false);
        });
    }

    /** Fails those of the writes that have no outcome yet. */
    void fail(List<JournalWrite> writes, Throwable failure) {
        if (!writes.isEmpty()) {
            log.warn("Storing a batch of {} writes failed: {}", writes.size(), failure.toString());
        }
        queue.finished(writes).forEach(write -> write.fail(failure));
    }

    private Mono<Done> storeAlone(Connection connection, JournalWrite write) {
        if (write.expired(System.nanoTime())) {
            queue.finished(List.of(write)).forEach(JournalWrite::drop);
            return Mono.just(Done.getInstance());
        }
        return send(connection, List.of(write)).onErrorResume(failure -> {
            queue.finished(List.of(write)).forEach(alone -> alone.fail(failure));
            return Mono.just(Done.getInstance());
        });
    }

    private Mono<Done> send(Connection connection, List<JournalWrite> writes) {
        return WriteStatement.execute(connection, writes, latest)
                .timeout(callTimeout)
                .doOnError(TimeoutException.class, timeout -> abandon(connection))
                .map(timestamp -> {
                    seen(timestamp);
                    queue.finished(writes).forEach(JournalWrite::succeed);
                    committed.accept(
                            writes.stream().map(JournalWrite::entityType).collect(Collectors.toSet()));
                    return Done.getInstance();
                });
    }

    /** Closes a connection that doesn't answer. It must not go back to others, for nobody knows when it will answer. */
    private static void abandon(Connection connection) {
        Object raw = connection instanceof Wrapped<?> pooled ? pooled.unwrap() : connection;
        if (raw instanceof Connection mute) {
            Mono.from(mute.close())
                    .subscribe(closed -> {}, failure -> log.debug("Closing a mute connection failed", failure));
        }
    }
}
