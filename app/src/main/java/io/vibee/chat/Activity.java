package io.vibee.chat;

import io.vibee.protocol.chat.DraftOrigin;
import io.vibee.protocol.crypto.Sealed;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a chat is doing now: at most one thing, held in memory only. A crash forgets it; the state tells where to go on. */
sealed interface Activity {

    /** Nothing: the next thing can begin. */
    record None() implements Activity {}

    /** Nothing until {@link ChatStep.Proceed} comes, or something is stored. */
    record Waiting() implements Activity {}

    /** A model's call for an answer runs. Its id is the message's. */
    record Answering(String messageId) implements Activity {}

    /**
     * Asked the session for a permit to send.
     *
     * @param draft the answer, not stored yet, or null when a stored text is to be sent
     */
    record AwaitingPermit(@Nullable Draft draft) implements Activity {}

    /**
     * The session sends a part of a stored text.
     *
     * @param permitId under which it does
     */
    record Delivering(String draftId, int part, String permitId) implements Activity {

        /** Whether a part is being sent under this permit. */
        static Optional<Delivering> under(String permitId, Activity activity) {
            return activity instanceof Delivering delivering && delivering.permitId.equals(permitId)
                    ? Optional.of(delivering)
                    : Optional.empty();
        }
    }

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
