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
import org.jspecify.annotations.Nullable;

/** What one bot and the people of one chat have written to each other lately, and who waits for more. */
final class Conversation {
    private static final int REMEMBERED = 500;
    private static final int MAX_WATCHERS = 1_000;

    private record Message(TranscriptEntry entry, ObjectNode json) {}

    private record Watcher(BooleanSupplier condition, CompletableFuture<Conversation> seen) {}

    private final SandboxChat chat;
    private final Timing timing;
    private final LinkedHashMap<Long, Message> messages = new LinkedHashMap<>();
    private final Set<Integer> topics = new HashSet<>();
    private final List<Watcher> watchers = new ArrayList<>();
    private long nextMessageId;
    private long version;
    private long botMessages;
    private Instant typingUntil = Instant.EPOCH;
    private String draft = "";
    private Instant draftUntil = Instant.EPOCH;

    Conversation(SandboxChat chat, long firstMessageId, Timing timing) {
        this.chat = chat;
        this.nextMessageId = firstMessageId;
        this.timing = timing;
    }

    SandboxChat chat() {
        return chat;
    }

    /** Adds a person's message; its JSON lacks only its id. */
    ObjectNode add(ObjectNode json, SandboxUser sender, String text, boolean photo, Instant date) {
        return add(json, false, sender, new SentText(text, List.of()), photo, date);
    }

    /** Adds the bot's message; its JSON lacks only its id. */
    ObjectNode addOfBot(ObjectNode json, SandboxUser bot, SentText text, Instant date) {
        return add(json, true, bot, text, false, date);
    }

    private synchronized ObjectNode add(
            ObjectNode json, boolean fromBot, SandboxUser sender, SentText text, boolean photo, Instant date) {
        long id = nextMessageId++;
        json.put("message_id", id);
        Integer thread =
                json.has("message_thread_id") ? json.get("message_thread_id").intValue() : null;
        Long replyTo = json.has("reply_to_message")
                ? json.get("reply_to_message").get("message_id").longValue()
                : null;
        if (thread != null && !fromBot) {
            topics.add(thread);
        }
        if (fromBot) {
            botMessages++;
            typingUntil = Instant.EPOCH;
            draftUntil = Instant.EPOCH;
        }
        keep(new Message(
                new TranscriptEntry(
                        id,
                        version + 1,
                        fromBot,
                        sender.id(),
                        sender.firstName(),
                        text.text(),
                        photo,
                        date,
                        false,
                        false,
                        thread,
                        replyTo,
                        text.entities()),
                json));
        changed();
        return json;
    }

    /** Gives a message another text. Returns its new JSON, or null when there is no such message. */
    synchronized @Nullable ObjectNode edit(long messageId, String text, ObjectNode changes) {
        Message message = messages.get(messageId);
        if (message == null) {
            return null;
        }
        ObjectNode json = message.json.deepCopy();
        json.setAll(changes);
        messages.put(messageId, new Message(message.entry.editedTo(text, version + 1), json));
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
