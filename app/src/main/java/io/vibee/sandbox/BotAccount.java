package io.vibee.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One bot's part of the simulated Telegram: its chats, its business connections, its updates, and what people do to it.
 * {@link BotApiMethods} has what the bot itself does.
 */
final class BotAccount {
    /** A chat of the bot's own, or one in which it writes for the person of a business connection. */
    record ConversationKey(long chatId, @Nullable String connectionId) {}

    record Connection(String id, SandboxUser owner, boolean enabled, boolean canReply) {}

    private final SandboxBot bot;
    private final UpdateQueue updates;
    private final Timing timing;
    private final long firstMessageId;
    private final Map<ConversationKey, Conversation> conversations = new ConcurrentHashMap<>();
    private final Map<String, Connection> connections = new ConcurrentHashMap<>();
    private final Set<Long> blockedBy = ConcurrentHashMap.newKeySet();
    private final AtomicLong files = new AtomicLong();

    BotAccount(SandboxBot bot, UpdateQueue updates, Timing timing, long firstMessageId) {
        this.bot = bot;
        this.updates = updates;
        this.timing = timing;
        this.firstMessageId = firstMessageId;
    }

    SandboxBot bot() {
        return bot;
    }

    UpdateQueue updates() {
        return updates;
    }

    SandboxUser asUser() {
        return new SandboxUser(bot.id(), bot.firstName(), bot.username(), "en", true);
    }

    Conversation conversation(SandboxChat chat) {
        return conversation(chat, null);
    }

    Conversation conversation(SandboxChat chat, @Nullable String connectionId) {
        return conversations.computeIfAbsent(
                new ConversationKey(chat.id(), connectionId), key -> new Conversation(chat, firstMessageId, timing));
    }

    @Nullable
    Conversation existing(long chatId, @Nullable String connectionId) {
        return conversations.get(new ConversationKey(chatId, connectionId));
    }

    @Nullable
    Connection connection(String id) {
        return connections.get(id);
    }

    boolean isBlockedBy(long userId) {
        return blockedBy.contains(userId);
    }

    /** A message to the bot, or into a group that it is in. */
    long userWrites(SandboxUser user, SandboxChat chat, IncomingMessage message) {
        return write(user, chat, null, message);
    }

    /** A message in a person's own chat that the bot sees through a business connection. The person may have written it. */
    long businessMessage(Connection connection, SandboxUser from, SandboxChat chat, IncomingMessage message) {
        return write(from, chat, connection.id(), message);
    }

    private long write(SandboxUser user, SandboxChat chat, @Nullable String connectionId, IncomingMessage incoming) {
        Conversation conversation = conversation(chat, connectionId);
        Instant written = incoming.date();
        Instant date = written == null ? Instant.now() : written;
        ObjectNode json = MessageJson.of(user.toJson(), chat, date);
        if (connectionId != null) {
            json.put("business_connection_id", connectionId);
        }
        Integer thread = incoming.threadId();
        if (thread != null) {
            json.put("message_thread_id", thread).put("is_topic_message", true);
        }
        Long replyTo = incoming.replyTo();
        ObjectNode quoted = replyTo == null ? null : conversation.message(replyTo);
        if (quoted != null) {
            json.set("reply_to_message", MessageJson.quoted(quoted));
        }
        MessageJson.putText(json, incoming.text(), incoming.photo(), files.incrementAndGet());
        // One lock over both, so that updates of a chat have the order of its messages.
        synchronized (conversation) {
            ObjectNode stored = conversation.add(json, user, incoming.text(), incoming.photo(), date);
            deliver(connectionId == null ? "message" : "business_message", stored);
            return stored.get("message_id").longValue();
        }
    }

    void userEdits(Conversation conversation, @Nullable String connectionId, long messageId, String text) {
        synchronized (conversation) {
            ObjectNode before = conversation.message(messageId);
            if (before == null) {
                throw new IllegalArgumentException("message: " + messageId + " (expected: one of this chat)");
            }
            var changes = Json.object().put("edit_date", Instant.now().getEpochSecond());
            MessageJson.putText(changes, text, before.has("photo"), files.incrementAndGet());
            ObjectNode edited = conversation.edit(messageId, text, changes);
            if (edited != null) {
                deliver(connectionId == null ? "edited_message" : "edited_business_message", edited);
            }
        }
    }

    void businessConnects(Connection connection) {
        connections.put(connection.id(), connection);
        var json = Json.object().put("id", connection.id());
        json.set("user", connection.owner().toJson());
        json.put("user_chat_id", connection.owner().id())
                .put("date", Instant.now().getEpochSecond())
                .put("is_enabled", connection.enabled());
        json.putObject("rights").put("can_reply", connection.canReply());
        deliver("business_connection", json);
    }

    void businessDeletes(Connection connection, SandboxChat chat, List<Long> messageIds) {
        conversation(chat, connection.id()).delete(messageIds);
        var json = Json.object().put("business_connection_id", connection.id());
        json.set("chat", chat.toJson());
        messageIds.forEach(json.putArray("message_ids")::add);
        deliver("deleted_business_messages", json);
    }

    void blocked(SandboxUser user, boolean blocked) {
        if (blocked) {
            blockedBy.add(user.id());
        } else {
            blockedBy.remove(user.id());
        }
        membership(user, SandboxChat.privateWith(user), blocked ? "member" : "kicked", blocked ? "kicked" : "member");
    }

    void membership(SandboxUser by, SandboxChat chat, String before, String after) {
        ObjectNode json = MessageJson.of(by.toJson(), chat, Instant.now());
        json.set("old_chat_member", member(before));
        json.set("new_chat_member", member(after));
        deliver("my_chat_member", json);
    }

    private ObjectNode member(String status) {
        var member = Json.object().put("status", status);
        member.set("user", asUser().toJson());
        return status.equals("kicked") ? member.put("until_date", 0) : member;
    }

    private void deliver(String kind, ObjectNode content) {
        String json = Json.text(content);
        updates.add(kind, id -> "{\"update_id\":" + id + ",\"" + kind + "\":" + json + "}");
    }
}
