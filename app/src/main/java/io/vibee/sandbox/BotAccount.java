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
 * One bot's part of the simulated Telegram: its own chats, its updates, and what people do to it. {@link BotApiMethods} has what the bot
 * itself does, and {@link Profiles} the chats in which it writes for others.
 */
final class BotAccount {
    private final SandboxBot bot;
    private final UpdateQueue updates;
    private final Timing timing;
    private final long firstMessageId;
    private final Map<Long, Conversation> conversations = new ConcurrentHashMap<>();
    private final CallbackQueries callbackQueries = new CallbackQueries();
    private final BotCommands commands = new BotCommands();
    /** The people who may write to it; null for everyone. */
    private volatile @Nullable Set<Long> onlyFor;

    private volatile long owner;
    private final Set<Long> blockedBy = ConcurrentHashMap.newKeySet();
    private final SandboxFiles files;

    BotAccount(SandboxBot bot, UpdateQueue updates, SandboxFiles files, Timing timing, long firstMessageId) {
        this.bot = bot;
        this.updates = updates;
        this.files = files;
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

    CallbackQueries callbackQueries() {
        return callbackQueries;
    }

    BotCommands commands() {
        return commands;
    }

    Conversation conversation(SandboxChat chat) {
        return conversations.computeIfAbsent(chat.id(), id -> {
            var messageIds = new AtomicLong(firstMessageId);
            return new Conversation(chat, messageIds::getAndIncrement, timing);
        });
    }

    @Nullable
    Conversation existing(long chatId) {
        return conversations.get(chatId);
    }

    boolean isBlockedBy(long userId) {
        return blockedBy.contains(userId);
    }

    /** The people who may write to the bot beside its owner; null for everyone. */
    @Nullable
    Set<Long> onlyFor() {
        return onlyFor;
    }

    void onlyFor(SandboxUser itsOwner, @Nullable Set<Long> users) {
        owner = itsOwner.id();
        onlyFor = users;
    }

    boolean mayBeWrittenToBy(SandboxUser user) {
        Set<Long> users = onlyFor;
        return users == null || user.id() == owner || users.contains(user.id());
    }

    /** A person lets this bot manage one that they have made. */
    void botCreated(SandboxUser by, SandboxChat chat, SandboxUser created) {
        Conversation conversation = conversation(chat);
        ObjectNode json = MessageJson.of(by.toJson(), chat, Instant.now());
        json.putObject("managed_bot_created").set("bot", created.toJson());
        synchronized (conversation) {
            deliver("message", conversation.add(json, by, "made @" + created.username()));
        }
    }

    /** A message to the bot, or into a group that it is in. */
    long userWrites(SandboxUser user, SandboxChat chat, IncomingMessage message) {
        if (chat.isPrivate() && !mayBeWrittenToBy(user)) {
            throw new IllegalArgumentException(
                    "user: " + user.id() + " (expected: one whom the bot's owner lets write)");
        }
        Conversation conversation = conversation(chat);
        ObjectNode json = MessageJson.incoming(user, conversation, message, files);
        // One lock over both, so that updates of a chat have the order of its messages.
        synchronized (conversation) {
            ObjectNode stored = conversation.add(json, user, message.text());
            deliver("message", stored);
            return stored.get("message_id").longValue();
        }
    }

    void userEdits(SandboxChat chat, long messageId, String text) {
        Conversation conversation = conversation(chat);
        synchronized (conversation) {
            ObjectNode edited = conversation.edit(messageId, new SentText(text, List.of()), json -> {
                MessageJson.putText(json, text);
                json.put("edit_date", Instant.now().getEpochSecond());
            });
            if (edited == null) {
                throw new IllegalArgumentException("message: " + messageId + " (expected: one of this chat)");
            }
            deliver("edited_message", edited);
        }
    }

    /** Somebody presses a button below one of the bot's messages. Returns the query's id. */
    String userPresses(SandboxUser user, Conversation conversation, long messageId, String data) {
        TranscriptEntry entry = conversation.entry(messageId);
        boolean isThere = entry != null
                && entry.buttons().stream().flatMap(List::stream).anyMatch(button -> data.equals(button.data()));
        if (!isThere) {
            throw new IllegalArgumentException(
                    "button: " + data + " (expected: one below message " + messageId + " of this chat)");
        }
        ObjectNode message = conversation.message(messageId);
        ObjectNode query = callbackQueries.pressed(
                user,
                message == null ? MessageJson.inaccessible(conversation.chat(), messageId) : message,
                conversation.chat(),
                data);
        deliver("callback_query", query);
        return query.get("id").textValue();
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

    void deliver(String kind, ObjectNode content) {
        String json = Json.text(content);
        updates.add(kind, id -> "{\"update_id\":" + id + ",\"" + kind + "\":" + json + "}");
    }
}
