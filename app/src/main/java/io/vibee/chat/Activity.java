package io.vibee.chat;

import io.vibee.protocol.chat.DraftOrigin;
import io.vibee.protocol.crypto.Sealed;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a chat is doing now: at most one thing, held in memory only. A crash forgets it; the state tells where to go on. */
sealed interface Activity {

    record None() implements Activity {}

    /** Asked the account for leave to call a model. */
    record Granting(String messageId) implements Activity {}

    /** Looking for what was said long ago and may matter. */
    record Recalling(String messageId) implements Activity {}

    record Composing(String messageId) implements Activity {}

    /**
     * Asked the session for a permit to send.
     *
     * @param draft the answer, not stored yet, or null when a stored text is to be sent
     */
    record AwaitingSlot(@Nullable Draft draft) implements Activity {}

    record Delivering(String draftId, int part) implements Activity {}

    /**
     * An answer that is not stored yet.
     *
     * @param formats by part, from 0; see {@link SealedFormats}
     */
    record Draft(
            String inReplyTo,
            List<Sealed> parts,
            Map<Integer, Sealed> formats,
            @Nullable Integer messageThreadId,
            DraftOrigin origin) {
        public Draft {
            parts = List.copyOf(parts);
            if (parts.isEmpty()) {
                throw new IllegalArgumentException("parts: none (expected: at least one)");
            }
            formats = Map.copyOf(formats);
        }
    }
}
