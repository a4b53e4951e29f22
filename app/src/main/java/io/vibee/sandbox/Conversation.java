package io.vibee.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What was written in one chat lately, as a bot or a person sees it, and who waits for more. */
final class Conversation {
    private static final int REMEMBERED = 500;
    private static final int MAX_WATCHERS = 1_000;

    private record Message(TranscriptEntry entry, ObjectNode json) {}

    private record Watcher(BooleanSupplier condition, CompletableFuture<Conversation> seen) {}

    private final SandboxChat chat;
    private final LongSupplier messageIds;
    private final Timing timing;
    private final LinkedHashMap<Long, Message> messages = new LinkedHashMap<>();
    private final Set<Integer> topics = new HashSet<>();
    private final List<Watcher> watchers = new ArrayList<>();
    private long version;
    private long botMessages;
    private Instant typingUntil = Instant.EPOCH;
    private String draft = "";
    private Instant draftUntil = Instant.EPOCH;
    private long readUpTo;
    private List<List<ChatButton>> keyboard = List.of();

    Conversation(SandboxChat chat, LongSupplier messageIds, Timing timing) {
        this.chat = chat;
        this.messageIds = messageIds;
        this.timing = timing;
    }

    SandboxChat chat() {
        return chat;
    }

    /** Adds a person's message; its JSON lacks only its id. */
    ObjectNode add(ObjectNode json, SandboxUser sender, String text) {
        return add(json, false, sender, new SentText(text, List.of()));
    }

    /** Adds the bot's message; its JSON lacks only its id. */
    ObjectNode addOfBot(ObjectNode json, SandboxUser bot, SentText text) {
        return add(json, true, bot, text);
    }

    private synchronized ObjectNode add(ObjectNode json, boolean fromBot, SandboxUser sender, SentText text) {
        json.put("message_id", messageIds.getAsLong());
        if (json.has("message_thread_id") && !fromBot) {
            topics.add(json.get("message_thread_id").intValue());
        }
        if (fromBot) {
            botMessages++;
            typingUntil = Instant.EPOCH;
            draftUntil = Instant.EPOCH;
        }
        keep(new Message(TranscriptEntry.of(json, version + 1, fromBot, sender, text), json));
        changed();
        return json;
    }

    /** Changes a message. Returns its new JSON, or null when there is no such message. */
    synchronized @Nullable ObjectNode edit(long messageId, SentText text, Consumer<ObjectNode> change) {
        Message message = messages.get(messageId);
        if (message == null || message.entry.deleted()) {
            return null;
        }
        ObjectNode json = message.json.deepCopy();
        change.accept(json);
        messages.put(messageId, new Message(message.entry.editedTo(text, json, version + 1), json));
        changed();
        return json;
    }

    synchronized void delete(List<Long> messageIds) {
        for (Long id : messageIds) {
            Message message = messages.get(id);
            if (message != null) {
                messages.put(id, new Message(message.entry.deletedAt(version + 1), message.json));
            }
        }
        changed();
    }

    synchronized @Nullable ObjectNode message(long messageId) {
        Message message = messages.get(messageId);
        return message == null || message.entry.deleted() ? null : message.json;
    }

    /** The message as it was, also after it was deleted. */
    synchronized @Nullable TranscriptEntry entry(long messageId) {
        Message message = messages.get(messageId);
        return message == null ? null : message.entry;
    }

    /** When the person wrote here last; long ago if they never did. */
    synchronized Instant lastFrom(long senderId) {
        return messages.values().stream()
                .filter(message -> message.entry.senderId() == senderId)
                .map(message -> message.entry.date())
                .max(Instant::compareTo)
                .orElse(Instant.EPOCH);
    }

    synchronized void readUpTo(long messageId) {
        readUpTo = Math.max(readUpTo, messageId);
        changed();
    }

    synchronized boolean isRead(long messageId) {
        return messageId <= readUpTo;
    }

    /** Shows buttons in the place of the person's keyboard; without any, takes them away. */
    synchronized void keyboard(List<List<ChatButton>> rows) {
        keyboard = rows;
        changed();
    }

    synchronized List<List<ChatButton>> keyboard() {
        return keyboard;
    }

    synchronized boolean hasTopic(int topic) {
        return topics.contains(topic);
    }

    synchronized void typing(Instant until) {
        typingUntil = until;
        changed();
    }

    synchronized boolean isTyping() {
        return Instant.now().isBefore(typingUntil);
    }

    synchronized void draft(String text, Instant until) {
        draft = text;
        draftUntil = until;
        changed();
    }

    /** The draft of the answer that the bot is still writing, or an empty text. */
    synchronized String draft() {
        return Instant.now().isBefore(draftUntil) ? draft : "";
    }

    synchronized long version() {
        return version;
    }

    /** What was added or changed after the given version, oldest first. */
    synchronized List<TranscriptEntry> changesAfter(long after) {
        return messages.values().stream()
                .map(Message::entry)
                .filter(entry -> entry.version() > after)
                .toList();
    }

    /** Completes when the bot has written this many messages here, counted from the start. */
    CompletionStage<Conversation> whenBotWrote(long count) {
        return when(() -> botMessages >= count);
    }

    /** Completes when there is something newer than this version. */
    CompletionStage<Conversation> whenNewerThan(long after) {
        return when(() -> version > after);
    }

    private synchronized CompletionStage<Conversation> when(BooleanSupplier condition) {
        if (condition.getAsBoolean()) {
            return CompletableFuture.completedFuture(this);
        }
        watchers.removeIf(watcher -> watcher.seen.isDone());
        if (watchers.size() == MAX_WATCHERS) {
            watchers.removeFirst().seen.completeAsync(() -> this, timing.executor());
        }
        var watcher = new Watcher(condition, new CompletableFuture<>());
        watchers.add(watcher);
        return watcher.seen;
    }

    private void keep(Message message) {
        messages.put(message.entry.messageId(), message);
        if (messages.size() > REMEMBERED) {
            Iterator<Map.Entry<Long, Message>> oldest = messages.entrySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    private void changed() {
        version++;
        watchers.removeIf(watcher -> {
            boolean now = watcher.seen.isDone() || watcher.condition.getAsBoolean();
            if (now) {
                watcher.seen.completeAsync(() -> this, timing.executor());
            }
            return now;
        });
    }
}
