package io.vibee.chat;

import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.Contact;
import io.vibee.protocol.chat.DraftEnd;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Is told of what waits for an owner's decision, and what becomes of it. Best effort: the lists have all of it. */
public interface OwnerNotices {

    /**
     * An answer waits.
     *
     * @param title of the chat, or null
     * @param question what it answers, or null when that is not known any more
     * @param text all of it, in the clear
     */
    record Proposed(
            String owner,
            String chatId,
            String draftId,
            @Nullable String title,
            @Nullable String question,
            String text,
            Instant expiresAt) {
        @Override
        public String toString() {
            return "Proposed[" + chatId + ", " + draftId + "]";
        }
    }

    /** An answer waits no more. */
    record Closed(String owner, String chatId, String draftId, DraftEnd end, String text) {
        @Override
        public String toString() {
            return "Closed[" + chatId + ", " + draftId + ", " + end + "]";
        }
    }

    /**
     * Somebody new wrote, and waits.
     *
     * @param title of the chat, or null
     * @param text the message, in the clear
     */
    record Newcomer(String owner, String chatId, @Nullable String title, String text) {
        @Override
        public String toString() {
            return "Newcomer[" + chatId + "]";
        }
    }

    /**
     * The owner decided about somebody new, by whatever way.
     *
     * @param contact what the owner decided
     * @param mode of the chat from now on
     */
    record NewcomerSettled(
            String owner, String chatId, @Nullable String title, Contact contact, ChatMode mode) {
        @Override
        public String toString() {
            return "NewcomerSettled[" + chatId + ", " + contact + ", " + mode + "]";
        }
    }

    /** Does not block, and never fails. */
    void arrived(Newcomer newcomer);

    /** Does not block, and never fails. */
    void settled(NewcomerSettled settled);

    /** Does not block, and never fails. */
    void proposed(Proposed proposed);

    /** Does not block, and never fails. */
    void closed(Closed closed);
}
