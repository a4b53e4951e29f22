package io.vibee.journal;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ValidationDepth;
import io.vibee.journal.database.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Scheduler;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Stores the writes of many entities in few transactions. A write goes out at once when a connection is free. Writes that come
 * while all connections are busy go out together. It chooses what goes when; {@link BatchStore} stores it.
 */
final class GroupCommit {

    /** Often enough to drop a write before its caller gives up, and seldom enough to cost nothing. */
    private static final Duration EXPIRY_CHECK = Duration.ofMillis(100);

    private final Database database;
    private final JournalSettings settings;
    private final WriteQueue queue;
    private final BatchStore batches;
    private final Scheduler scheduler;
    private final Executor executor;
    private final AtomicBoolean watching = new AtomicBoolean();
    private final AtomicBoolean watchingParked = new AtomicBoolean();
    /** A slot that has a connection and nothing to do. */
    private final AtomicReference<@Nullable Slot> parked = new AtomicReference<>();
    /** A kept connection is given back before {@link Database} takes its user for one that hangs. */
    private final Duration longestUse;

    private volatile boolean closed;

    /**
     * Does nothing before the first write.
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
        this.batches = new BatchStore(queue, settings.callTimeout(), committed);
        this.scheduler = scheduler;
        this.executor = executor;
        this.longestUse = settings.keepConnection().isZero()
                ? Duration.ZERO
                : database.settings()
                        .operationTimeout()
                        .minus(settings.callTimeout())
                        .dividedBy(2);
    }

    /** Completes when the write is committed. Fails when it is not, or when nobody knows. */
    CompletionStage<Done> store(JournalWrite write) {
        if (queue.offer(write)) {
            pump();
            watchExpiry();
        } else {
            write.fail(closed ? "the journal has stopped" : "too much is waiting to be stored");
        }
        return write.stored();
    }

    /** Completes when every write of the persistence id that is known now has an outcome, whatever it is. */
    CompletionStage<Done> settled(String persistenceId) {
        return queue.settled(persistenceId);
    }

    /** There is an event of this time. No event that is stored from now on shall look older. */
    void seen(Instant timestamp) {
        batches.seen(timestamp);
    }

    /** Fails the writes that wait. Writes in flight go on. */
    void close() {
        closed = true;
        Slot kept = parked.getAndSet(null);
        if (kept != null) {
            kept.wake(false);
        }
        queue.close().forEach(write -> write.fail("the journal has stopped"));
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
     * One use of a connection. It chooses its writes only when the connection is there, so that as many as possible go
     * together. When nothing waits afterwards it may be parked, until the next write wakes it.
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
            return batches.store(connection, writes)
                    .filter(stored -> stored && park())
                    .flatMap(stored -> Mono.fromFuture(woken))
                    .filter(wanted -> wanted)
                    .flatMap(wanted -> Mono.from(connection.validate(ValidationDepth.LOCAL)))
                    .doOnNext(alive -> goesOn = alive);
        }

        /** Whether to go on with this connection, as soon as {@link #woken} says so. */
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
            // A write that came in between did not see it parked.
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
            // Without a connection: the writes that it would have stored fail.
            takeFirst();
            batches.fail(taken(), failure);
            release();
        }

        void finished() {
            // Each write has an outcome by now. One without would keep its entity from ever recovering.
            queue.finished(taken()).forEach(write -> write.fail("its batch ended without an outcome"));
            release();
        }

        /** The first batch; nothing if it was taken already. */
        private List<JournalWrite> takeFirst() {
            WriteQueue.Batch next;
            synchronized (this) {
                if (batch != null) {
                    return List.of();
                }
                next = queue.takeFirst(System.nanoTime());
                batch = next.writes();
            }
            next.expired().forEach(JournalWrite::drop);
            return next.writes();
        }

        private List<JournalWrite> takeMore() {
            WriteQueue.Batch next = queue.take(System.nanoTime());
            synchronized (this) {
                batch = next.writes();
            }
            next.expired().forEach(JournalWrite::drop);
            return next.writes();
        }

        private synchronized List<JournalWrite> taken() {
            return batch == null ? List.of() : batch;
        }

        private void release() {
            queue.released();
            pump();
        }
    }

    /** Gives the parked connection back when nobody wanted it for long enough. */
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

    private void watchExpiry() {
        if (queue.isWaiting() && watching.compareAndSet(false, true)) {
            scheduler.scheduleOnce(
                    EXPIRY_CHECK, this::checkExpiry, scala.concurrent.ExecutionContext.fromExecutor(executor));
        }
    }

    private void checkExpiry() {
        watching.set(false);
        queue.expire(System.nanoTime()).forEach(JournalWrite::drop);
        watchExpiry();
    }
}
