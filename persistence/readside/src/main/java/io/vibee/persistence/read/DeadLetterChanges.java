package io.vibee.persistence.read;

import io.vibee.persistence.read.ReadMessages.MessageId;
import io.vibee.protocol.chat.ChatEvent;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Collects what a batch of events does to the table of dead letters. A dead letter that comes and is settled in one batch is
 * never stored.
 */
final class DeadLetterChanges {

    private final Map<MessageId, DeadLetterRow> added = new LinkedHashMap<>();
    private final Set<MessageId> settled = new LinkedHashSet<>();
    private final Set<String> emptied = new LinkedHashSet<>();

    /** Adds the row of a dead letter; none when the event has no id, or the chat is erased. */
    void add(ChatRow chat, ChatEvent.DeadLettered dead) {
        String id = dead.id();
        if (id != null && !chat.erased()) {
            added.put(
                    new MessageId(chat.chatId(), id),
                    new DeadLetterRow(
                            chat.chatId(),
                            id,
                            chat.owner(),
                            chat.sessionId(),
                            dead.messageId(),
                            dead.draftId(),
                            dead.cause(),
                            dead.tries(),
                            dead.head().at()));
        }
    }

    /** Takes a dead letter away that was retried or dropped. */
    void settle(String chatId, String id) {
        MessageId letter = new MessageId(chatId, id);
        if (added.remove(letter) == null) {
            settled.add(letter);
        }
    }

    /** Takes all dead letters of a chat away. */
    void empty(String chatId) {
        added.keySet().removeIf(id -> id.chatId().equals(chatId));
        emptied.add(chatId);
    }

    /** Dead letters that are new. */
    Collection<DeadLetterRow> added() {
        return added.values();
    }

    /** Dead letters from before the batch that were retried or dropped. */
    Set<MessageId> settled() {
        return settled;
    }

    /** Chats that lose all dead letters from before the batch. */
    Set<String> emptied() {
        return emptied;
    }
}
