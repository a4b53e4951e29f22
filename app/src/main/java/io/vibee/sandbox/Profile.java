package io.vibee.sandbox;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One person's side of the simulated Telegram: their chats with contacts, which share one count of messages, and the bot they connected. */
final class Profile {
    private final SandboxUser owner;
    private final Timing timing;
    private final AtomicLong nextMessageId;
    private final Map<Long, Conversation> chats = new ConcurrentHashMap<>();
    private final Set<Long> paused = ConcurrentHashMap.newKeySet();
    private volatile @Nullable BusinessConnection connection;

    Profile(SandboxUser owner, long firstMessageId, Timing timing) {
        this.owner = owner;
        this.timing = timing;
        this.nextMessageId = new AtomicLong(firstMessageId);
    }

    SandboxUser owner() {
        return owner;
    }

    Conversation chatWith(SandboxChat contact) {
        return chats.computeIfAbsent(
                contact.id(), id -> new Conversation(contact, nextMessageId::getAndIncrement, timing));
    }

    @Nullable
    Conversation existing(long contactId) {
        return chats.get(contactId);
    }

    /** The newest one; it may be disabled. */
    @Nullable
    BusinessConnection connection() {
        return connection;
    }

    void connection(BusinessConnection newest) {
        connection = newest;
    }

    void pause(long contactId, boolean nowPaused) {
        if (nowPaused) {
            paused.add(contactId);
        } else {
            paused.remove(contactId);
        }
    }

    /** The connection by which a bot sees this chat now, or null. */
    @Nullable
    BusinessConnection seenBy(long contactId) {
        BusinessConnection now = connection;
        return now != null && now.enabled() && !paused.contains(contactId) ? now : null;
    }
}
