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
 * What waits to be stored and what is being stored: bounded, and in order for each persistence id, of which at most one write is
 * in a batch and at most one batch in flight. It does no I/O and calls nobody while it holds its lock, so it never blocks for long.
 */
final class WriteQueue {

    /** What to store now, and what waited too long for it. */
    record Batch(List<JournalWrite> writes, List<JournalWrite> expired) {}

    private final JournalSettings settings;
    /** Per persistence id its writes in order; the first is in {@link #ready} or in flight, the others wait for it. */
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
     * Whether to get one more connection. Only one is asked for at a time: while it comes, writes gather into its batch.
     * Whoever was told yes must {@link #takeFirst} once and {@link #released} once.
     */
    synchronized boolean connect() {
        if (closed || connecting || ready.isEmpty() || connections >= settings.connections()) {
            return false;
        }
        connecting = true;
        connections++;
        return true;
    }

    /** For whoever asked for a connection and has it, or will not get it. */
    synchronized Batch takeFirst(long now) {
        connecting = false;
        return take(now);
    }

    /** For whoever has kept a connection. */
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
     * These are no longer in flight, however it went: the next of their persistence ids may go. Gives those that were until now, so
     * that of two who end the same write one gets to say how it went.
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

    /** Takes out what has waited too long. */
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

    /** Done when every write of the persistence id that is known now has its outcome, whatever that is. */
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

    /** Refuses from now on; gives back what waited. What is in flight goes on: repeat this when it has finished. */
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
