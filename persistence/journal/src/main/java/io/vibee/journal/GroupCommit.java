package io.vibee.journal;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.ValidationDepth;
import io.r2dbc.spi.Wrapped;
import io.vibee.journal.database.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Stores the writes of many entities in few transactions: a write goes out at once when a connection is free, and what
 * comes while all are busy goes out together. A batch that the database refuses was rolled back as a whole; its writes are then
 * stored one by one, so that only the guilty one fails. A write whose outcome is unknown fails and is not tried again.
 */
final class GroupCommit {

    private static final Logger log = LoggerFactory.getLogger(GroupCommit.class);

    private static final String UNIQUE_VIOLATION = "23505";
    private static final String ROLLED_BACK = "40";
    /** Not the write's fault (connection, read-only server, resources, operator, system, internal): alone it fares no better. */
    private static final Set<String> DATABASE_TROUBLE = Set.of("08", "25", "53", "57", "58", "F0", "XX");

    /** Often enough to drop a write before its caller gives up, seldom enough to cost nothing. */
    private static final Duration EXPIRY_CHECK = Duration.ofMillis(100);

    private final Database database;
    private final JournalSettings settings;
    private final WriteQueue queue;
    private final Scheduler scheduler;
    private final Executor executor;
    private final Consumer<Set<String>> committed;
    private final AtomicBoolean watching = new AtomicBoolean();
    private final AtomicBoolean watchingParked = new AtomicBoolean();
    /** Has a connection and nothing to do. */
    private final AtomicReference<@Nullable Slot> parked = new AtomicReference<>();
    /** A connection that is kept is given back before the database takes its user for one that hangs. */
    private final Duration longestUse;
    /** The newest timestamp of an event that this node has seen, in writing or in recovery. */
    private volatile Instant latest = Instant.EPOCH;

    private volatile boolean closed;

    /**
     * Nothing runs before the first write.
     *
     * @param committed is told the entity types of each commit
     */
    GroupCommit(
            Database database,
            JournalSettings settings,
            Scheduler scheduler,
            Executor executor,
            Consumer<Set<String>> committed) {
        this.database = database;
        this.settings = settings;
        this.queue = new WriteQueue(settings);
        this.scheduler = scheduler;
        this.executor = executor;
        this.committed = committed;
        this.longestUse = settings.keepConnection().isZero()
                ? Duration.ZERO
                : database.settings()
                        .operationTimeout()
                        .minus(settings.callTimeout())
                        .dividedBy(2);
    }

    /** Done when it is committed; fails when it is not, or when that is not known. */
    CompletionStage<Done> store(JournalWrite write) {
        if (queue.offer(write)) {
            pump();
            watchExpiry();
        } else {
            fail(write, closed ? "the journal has stopped" : "too much is waiting to be stored", null);
        }
        return write.stored();
    }

    /** Done when every write of the persistence id that is known now has its outcome, whatever that is. */
    CompletionStage<Done> settled(String persistenceId) {
        return queue.settled(persistenceId);
    }

    /** There is an event of this time: none that is stored from now on shall look older. */
    synchronized void seen(Instant timestamp) {
        if (timestamp.isAfter(latest)) {
            latest = timestamp;
        }
    }

    /** Fails what waits; what is in flight goes on. */
    void close() {
        closed = true;
        Slot kept = parked.getAndSet(null);
        if (kept != null) {
            kept.wake(false);
        }
        queue.close().forEach(write -> fail(write, "the journal has stopped", null));
    }

    private void pump() {
        if (closed) {
            close();
            return;
        }
        if (!queue.isWaiting()) {
            return;
        }
        Slot kept = parked.getAndSet(null);
        if (kept != null) {
            kept.wake(true);
        } else if (queue.connect()) {
            Slot slot = new Slot();
            database.withConnection(slot::use).subscribe(done -> {}, slot::failed, slot::finished);
        }
    }

    /**
     * One use of a connection: what is stored by it is chosen when it is there, so that as much as possible goes together. When
     * nothing waits afterwards it may be parked, and be woken for the next write.
     */
    private final class Slot {

        private final long since = System.nanoTime();
        private @Nullable List<JournalWrite> batch;
        private boolean goesOn;
        private volatile long parkedAt;
        private volatile CompletableFuture<Boolean> woken = new CompletableFuture<>();

        Mono<Done> use(Connection connection) {
            return Mono.defer(() -> storeNext(connection)).repeat(() -> goesOn).then(Mono.just(Done.getInstance()));
        }

        private Mono<Boolean> storeNext(Connection connection) {
            List<JournalWrite> writes = goesOn ? takeMore() : takeFirst();
            goesOn = false;
            if (writes.isEmpty()) {
                return Mono.empty();
            }
            pump();
            return storeTogether(connection, writes)
                    .filter(stored -> stored && park())
                    .flatMap(stored -> Mono.fromFuture(woken))
                    .filter(wanted -> wanted)
                    .flatMap(wanted -> Mono.from(connection.validate(ValidationDepth.LOCAL)))
                    .doOnNext(alive -> goesOn = alive);
        }

        /** Whether to go on with this connection when {@link #woken} says so. */
        private boolean park() {
            long now = System.nanoTime();
            if (closed || now - since > longestUse.toNanos()) {
                return false;
            }
            parkedAt = now;
            woken = new CompletableFuture<>();
            if (queue.isWaiting()) {
                woken.complete(true);
                return true;
            }
            if (!parked.compareAndSet(null, this)) {
                return false;
            }
            watchParked();
            // What came in between did not see it.
            if ((queue.isWaiting() || closed) && parked.compareAndSet(this, null)) {
                woken.complete(!closed);
            }
            return true;
        }

        void wake(boolean wanted) {
            woken.complete(wanted);
        }

        boolean isParkedFor(Duration time) {
            return System.nanoTime() - parkedAt >= time.toNanos();
        }

        void failed(Throwable failure) {
            // Without a connection: what would have been sent by it fails.
            takeFirst();
            List<JournalWrite> writes = taken();
            if (!writes.isEmpty()) {
                log.warn("Storing a batch of {} writes failed: {}", writes.size(), failure.toString());
            }
            end(writes, write -> fail(write, failure));
        }

        void finished() {
            // Each has its outcome by now; one that had none would keep its entity from ever recovering.
            end(taken(), write -> fail(write, "its batch ended without an outcome", null));
        }

        /** The first batch, or nothing if somebody has it already. */
        private List<JournalWrite> takeFirst() {
            WriteQueue.Batch next;
            synchronized (this) {
                if (batch != null) {
                    return List.of();
                }
                next = queue.takeFirst(System.nanoTime());
                batch = next.writes();
            }
            next.expired().forEach(GroupCommit.this::drop);
            return next.writes();
        }

        private List<JournalWrite> takeMore() {
            WriteQueue.Batch next = queue.take(System.nanoTime());
            synchronized (this) {
                batch = next.writes();
            }
            next.expired().forEach(GroupCommit.this::drop);
            return next.writes();
        }

        private synchronized List<JournalWrite> taken() {
            return batch == null ? List.of() : batch;
        }

        private void end(List<JournalWrite> writes, Consumer<JournalWrite> outcome) {
            ended(writes, outcome);
            queue.released();
            pump();
        }
    }

    /** Gives a connection back that nobody wanted for long enough. */
    private void watchParked() {
        if (watchingParked.compareAndSet(false, true)) {
            scheduler.scheduleOnce(
                    settings.keepConnection(),
                    this::checkParked,
                    scala.concurrent.ExecutionContext.fromExecutor(executor));
        }
    }

    private void checkParked() {
        watchingParked.set(false);
        Slot kept = parked.get();
        if (kept == null) {
            return;
        }
        if (!kept.isParkedFor(settings.keepConnection())) {
            watchParked();
        } else if (parked.compareAndSet(kept, null)) {
            kept.wake(false);
        }
    }

    /** Out of the queue first: an entity that hears that its event is stored sends the next, which is to find the place free. */
    private void ended(List<JournalWrite> writes, Consumer<JournalWrite> outcome) {
        queue.finished(writes).forEach(outcome);
    }

    /** Gives whether all are stored. */
    private Mono<Boolean> storeTogether(Connection connection, List<JournalWrite> writes) {
        return send(connection, writes).thenReturn(true).onErrorResume(failure -> {
            if (isRefused(failure) && (writes.size() > 1 || isRolledBack(failure))) {
                log.info(
                        "A batch of {} writes was refused, storing them one by one: {}",
                        writes.size(),
                        failure.toString());
                return Flux.fromIterable(writes)
                        .concatMap(write -> storeAlone(connection, write))
                        .then(Mono.just(false));
            }
            log.warn("Storing a batch of {} writes failed: {}", writes.size(), failure.toString());
            ended(writes, write -> fail(write, failure));
            return Mono.just(false);
        });
    }

    private Mono<Done> storeAlone(Connection connection, JournalWrite write) {
        if (write.expired(System.nanoTime())) {
            ended(List.of(write), this::drop);
            return Mono.just(Done.getInstance());
        }
        return send(connection, List.of(write)).onErrorResume(failure -> {
            ended(List.of(write), alone -> fail(alone, failure));
            return Mono.just(Done.getInstance());
        });
    }

    private Mono<Done> send(Connection connection, List<JournalWrite> writes) {
        return WriteStatement.execute(connection, writes, latest)
                .timeout(settings.callTimeout())
                .doOnError(TimeoutException.class, timeout -> abandon(connection))
                .map(timestamp -> {
                    seen(timestamp);
                    ended(writes, write -> write.stored().complete(Done.getInstance()));
                    committed.accept(
                            writes.stream().map(JournalWrite::entityType).collect(Collectors.toSet()));
                    return Done.getInstance();
                });
    }

    /** A connection that doesn't answer must not go back to others: who knows when it will. */
    private static void abandon(Connection connection) {
        Object raw = connection instanceof Wrapped<?> pooled ? pooled.unwrap() : connection;
        if (raw instanceof Connection mute) {
            Mono.from(mute.close())
                    .subscribe(closed -> {}, failure -> log.debug("Closing a mute connection failed", failure));
        }
    }

    private void watchExpiry() {
        if (queue.isWaiting() && watching.compareAndSet(false, true)) {
            scheduler.scheduleOnce(
                    EXPIRY_CHECK, this::checkExpiry, scala.concurrent.ExecutionContext.fromExecutor(executor));
        }
    }

    private void checkExpiry() {
        watching.set(false);
        queue.expire(System.nanoTime()).forEach(this::drop);
        watchExpiry();
    }

    private void drop(JournalWrite write) {
        fail(write, "it waited too long for a connection and was not sent", null);
    }

    private static void fail(JournalWrite write, Throwable failure) {
        if (failure instanceof R2dbcException refused && UNIQUE_VIOLATION.equals(refused.getSqlState())) {
            write.stored().completeExceptionally(new ConcurrentWriterException(write, failure));
        } else {
            fail(write, failure.toString(), failure);
        }
    }

    private static void fail(JournalWrite write, String why, @Nullable Throwable failure) {
        write.stored().completeExceptionally(new WriteFailedException(write, why, failure));
    }

    /** Whether the database said no, and for a reason that lies in what was sent. */
    private static boolean isRefused(Throwable failure) {
        String sqlState = sqlState(failure);
        return sqlState.length() == 5 && !DATABASE_TROUBLE.contains(sqlState.substring(0, 2));
    }

    private static boolean isRolledBack(Throwable failure) {
        return sqlState(failure).startsWith(ROLLED_BACK);
    }

    private static String sqlState(Throwable failure) {
        String state = failure instanceof R2dbcException refused ? refused.getSqlState() : null;
        return state == null ? "" : state;
    }
}
