package io.vibee.journal.query;

import io.vibee.journal.JournalOffset;
import io.vibee.journal.UnreadablePayloadException;
import org.apache.pekko.persistence.query.typed.EventEnvelope;
import org.jspecify.annotations.Nullable;

/**
 * An event of a page. When its type is unknown or its bytes are damaged, the reason takes the place of the event.
 *
 * @param timestamp when it was stored, in milliseconds since 1970
 * @param envelope null when it can't be read
 * @param unreadable null when it can
 */
public record PagedEvent<E>(
        JournalOffset offset,
        String persistenceId,
        long sequenceNr,
        long timestamp,
        @Nullable EventEnvelope<E> envelope,
        @Nullable UnreadablePayloadException unreadable) {

    public PagedEvent {
        if ((envelope == null) == (unreadable == null)) {
            throw new IllegalArgumentException(
                    "paged event: both or neither (expected: an envelope, or the reason why there is none)");
        }
    }
}
