package io.vibee.journal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/**
 * Holds the writes that wait and the writes in flight, up to a number and a size. The writes of a persistence id stay in order,
 * and at most one of them is in flight. The queue does no I/O and calls nobody while it holds its lock, so it never blocks for
 * long.
 */
final class WriteQueue {

    /** The writes to store now, and the writes that waited too long. */
    record Batch(List<JournalWrite> writes, List<JournalWrite> expired) {}

    private final JournalSettings settings;
    /** The writes of each persistence id in order. The first is in {@link #ready} or in flight; the others wait for it. */
    private final Map<String, ArrayDeque<JournalWrite>> lanes = new HashMap<>();

    private final ArrayDeque<JournalWrite> ready = new ArrayDeque<>();
    private int writes;
    private long bytes;
    private int connections;
    private boolean connecting;
    private boolean closed;

    WriteQueue(JournalSettings settings) {
        this.settings = settings;
    }

    /** Returns false when the queue is full or closed. */
    synchronized boolean offer(JournalWrite write) {
        long size = write.size();
        if (closed || writes >= settings.queueWrites() || bytes + size > settings.queueBytes()) {
            return false;
        }
        writes++;
        bytes += size;
        ArrayDeque<JournalWrite> lane = lanes.computeIfAbsent(write.persistenceId(), id -> new ArrayDeque<>(2));
        lane.add(write);
        if (lane.size() == 1) {
            ready.add(write);
        }
        return true;
    }

    /**
     * Whether to open one more connection. Only one is asked for at a time; while it comes, writes gather for its batch. After
     * a yes the caller must call {@link #takeFirst} once and {@link #released} once.
     */
    synchronized boolean connect() {
        if (closed || connecting || ready.isEmpty() || connections >= settings.connections()) {
            return false;
        }
        connecting = true;
        connections++;
        return true;
    }

    /** Takes the batch of a connection that {@link #connect} allowed, when it is there or will not come. */
    synchronized Batch takeFirst(long now) {
        connecting = false;
        return take(now);
    }

    /** Takes a batch for a connection that was kept. */
    synchronized Batch take(long now) {
        List<JournalWrite> batch = new ArrayList<>();
        List<JournalWrite> expired = new ArrayList<>();
        int events = 0;
        long size = 0;
        while (!ready.isEmpty()) {
            JournalWrite next = ready.getFirst();
            if (next.expired(now)) {
                ready.removeFirst();
                leave(next);
                expired.add(next);
                continue;
            }
            events += next.events().size();
            size += next.size();
            if (!batch.isEmpty() && (events > settings.batchEvents() || size > settings.batchBytes())) {
                break;
            }
            batch.add(ready.removeFirst());
        }
        return new Batch(batch, expired);
    }

    synchronized void released() {
        connections--;
    }

    /**
     * Takes writes out of flight, whatever their outcome; then the next writes of their persistence ids may go. Call it before
     * an entity hears the outcome: the entity sends its next event at once, and that must find the place free. Gives the writes
     * that were in flight until now. So when two callers end the same write, only one of them tells the entity.
     */
    synchronized List<JournalWrite> finished(List<JournalWrite> batch) {
        List<JournalWrite> ended = new ArrayList<>(batch.size());
        for (JournalWrite write : batch) {
            ArrayDeque<JournalWrite> lane = lanes.get(write.persistenceId());
            if (lane != null && write.equals(lane.peekFirst())) {
                leave(write);
                ended.add(write);
            }
        }
        return ended;
    }

    /** Takes out the writes that have waited too long. */
    synchronized List<JournalWrite> expire(long now) {
        List<JournalWrite> expired = new ArrayList<>();
        for (JournalWrite write : ready) {
            if (write.expired(now)) {
                expired.add(write);
            }
        }
        if (!expired.isEmpty()) {
            ready.removeIf(write -> write.expired(now));
            expired.forEach(this::leave);
        }
        return expired;
    }

    /** Completes when every write of the persistence id that is known now has an outcome, whatever it is. */
    synchronized CompletionStage<Done> settled(String persistenceId) {
        ArrayDeque<JournalWrite> lane = lanes.get(persistenceId);
        if (lane == null) {
            return CompletableFuture.completedFuture(Done.getInstance());
        }
        CompletableFuture<?>[] outcomes =
                lane.stream().map(JournalWrite::stored).toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(outcomes).handle((done, failure) -> Done.getInstance());
    }

    synchronized boolean isWaiting() {
        return !ready.isEmpty();
    }

    /**
     * Refuses new writes, and gives back those that waited. Writes in flight go on, so call it again when they have finished.
     */
    synchronized List<JournalWrite> close() {
        closed = true;
        List<JournalWrite> waiting = new ArrayList<>();
        while (!ready.isEmpty()) {
            JournalWrite next = ready.removeFirst();
            waiting.add(next);
            leave(next);
        }
        return waiting;
    }

    private void leave(JournalWrite write) {
        writes--;
        bytes -= write.size();
        ArrayDeque<JournalWrite> lane = lanes.get(write.persistenceId());
        if (lane == null || !write.equals(lane.pollFirst())) {
            throw new IllegalStateException("Out of order: " + write.describe());
        }
        if (lane.isEmpty()) {
            lanes.remove(write.persistenceId());
        } else {
            ready.add(lane.getFirst());
        }
    }
}
