package io.vibee.persistence.read;

import io.vibee.persistence.read.ReadMessages.MessageId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Collects what a batch of events does to a table of what waits for its owner in chats, such as dead letters. What comes and is settled in
 * one batch is never stored.
 *
 * @param <R> a row of the table
 */
final class WaitingChanges<R> {

    private final Map<MessageId, R> added = new LinkedHashMap<>();
    private final Set<MessageId> settled = new LinkedHashSet<>();
    private final Set<String> emptied = new LinkedHashSet<>();

    void add(String chatId, String id, R row) {
        added.put(new MessageId(chatId, id), row);
    }

    /** Takes a row away. */
    void settle(String chatId, String id) {
        MessageId key = new MessageId(chatId, id);
        if (added.remove(key) == null) {
            settled.add(key);
        }
    }

    /** Takes all rows of a chat away. */
    void empty(String chatId) {
        added.keySet().removeIf(id -> id.chatId().equals(chatId));
        emptied.add(chatId);
    }

    /** Rows that are new. */
    Collection<R> added() {
        return added.values();
    }

    /** Rows from before the batch that are settled. */
    Set<MessageId> settled() {
        return settled;
    }

    /** Chats that lose all rows from before the batch. */
    Set<String> emptied() {
        return emptied;
    }
}
