package io.vibee.journal;

import io.vibee.journal.ReservedTags.Mark;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;

/**
 * Events of one persistence id, which are stored together or not at all, and the promise to their entity. A write that still
 * waits at {@code dropAt} (a time of {@link System#nanoTime}) is given up.
 */
record JournalWrite(
        String persistenceId,
        String entityType,
        int slice,
        List<NewEvent> events,
        long dropAt,
        CompletableFuture<Done> stored) {

    JournalWrite {
        if (events.isEmpty()) {
            throw new IllegalArgumentException("no events (expected: at least one)");
        }
        events = List.copyOf(events);
    }

    record NewEvent(
            long sequenceNr,
            String writer,
            String adapterManifest,
            SerializedPayload event,
            @Nullable SerializedPayload metadata,
            ReservedTags.Reading tags) {

        int size() {
            return event.size() + (metadata == null ? 0 : metadata.size());
        }
    }

    long firstSequenceNr() {
        return events.getFirst().sequenceNr();
    }

    long size() {
        return events.stream().mapToLong(NewEvent::size).sum();
    }

    boolean expired(long now) {
        return now - dropAt >= 0;
    }

    /** Tells the entity that its events are stored. */
    void succeed() {
        stored.complete(Done.getInstance());
    }

    /** Tells the entity that its events are not stored, or that nobody knows. */
    void fail(String why) {
        stored.completeExceptionally(new WriteFailedException(describe(), why, null));
    }

    /** As {@link #fail(String)}, or that another writer was first. */
    void fail(Throwable failure) {
        stored.completeExceptionally(
                WriteRefusal.isByAnotherWriter(failure)
                        ? new ConcurrentWriterException(describe(), failure)
                        : new WriteFailedException(describe(), failure.toString(), failure));
    }

    /** Tells the entity that nothing was sent to the database. */
    void drop() {
        fail("it waited too long for a connection and was not sent");
    }

    /** The mark of the last event that has one. */
    Mark mark() {
        Mark mark = Mark.NONE;
        for (NewEvent event : events) {
            if (event.tags().mark() != Mark.NONE) {
                mark = event.tags().mark();
            }
        }
        return mark;
    }

    @Nullable
    String owner() {
        String owner = null;
        for (NewEvent event : events) {
            if (event.tags().owner() != null) {
                owner = event.tags().owner();
            }
        }
        return owner;
    }

    /** Names the events, for a message. */
    String describe() {
        long last = events.getLast().sequenceNr();
        String numbers = last == firstSequenceNr()
                ? "sequence number [" + last + "]"
                : "sequence numbers [" + firstSequenceNr() + "] to [" + last + "]";
        return numbers + " of persistence id [" + persistenceId + "]";
    }
}
