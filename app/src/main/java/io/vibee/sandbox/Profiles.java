package io.vibee.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * People who connect a bot to their profile, so that it sees their private chats and may write there in their name. What they and their
 * contacts do becomes updates of that bot. A person has one bot there at a time, as on Telegram, and any number of people may have the same.
 * When two of them write to each other, both have the message in their own chat; edits and deletions stay in the chat where they are made.
 */
public final class Profiles {
    private final Function<SandboxBot, BotAccount> accounts;
    private final Function<SandboxUser, SandboxChat> privateChats;
    private final SandboxFiles files;
    private final Timing timing;
    private final long firstMessageId;
    private final Map<Long, Profile> profiles = new ConcurrentHashMap<>();
    private final Map<String, BusinessConnection> connections = new ConcurrentHashMap<>();
    private final AtomicLong nextConnection = new AtomicLong(1);

    Profiles(
            Function<SandboxBot, BotAccount> accounts,
            Function<SandboxUser, SandboxChat> privateChats,
            SandboxFiles files,
            Timing timing,
            long firstMessageId) {
        this.accounts = accounts;
        this.privateChats = privateChats;
        this.files = files;
        this.timing = timing;
        this.firstMessageId = firstMessageId;
    }

    /** The person connects a bot, in the place of any other one. Returns the connection's id. */
    public String connects(SandboxUser owner, SandboxBot bot, BusinessRights rights) {
        Profile profile = of(owner);
        synchronized (profile) {
            BusinessConnection before = profile.connection();
            if (before != null && before.enabled() && before.bot().id() != bot.id()) {
                tell(profile, before.disabled());
            }
            if (before != null) {
                connections.remove(before.id());
            }
            return tell(profile, connection(owner, bot, rights));
        }
    }

    /** The person gives the bot other rights. Returns the connection's new id; Telegram knows the old one no longer. */
    public String changesRights(SandboxUser owner, BusinessRights rights) {
        return connects(owner, connected(owner).bot(), rights);
    }

    /** The person takes the bot away from their profile. */
    public void disconnects(SandboxUser owner) {
        Profile profile = of(owner);
        synchronized (profile) {
            tell(profile, connected(owner).disabled());
        }
    }

    /** From now on the bot neither sees nor may write in this one chat, and is not told so. */
    public void pauses(SandboxUser owner, SandboxUser contact) {
        of(owner).pause(contact.id(), true);
    }

    public void unpauses(SandboxUser owner, SandboxUser contact) {
        of(owner).pause(contact.id(), false);
    }

    /** Returns the message's id. */
    public long contactWrites(SandboxUser owner, SandboxUser contact, String text) {
        return contactWrites(owner, contact, IncomingMessage.text(text));
    }

    /** Returns the message's id. */
    public long contactWrites(SandboxUser owner, SandboxUser contact, IncomingMessage message) {
        return write(owner, contact, contact, message);
    }

    /** The person writes to a contact by hand, or Telegram does for them. Returns the message's id. */
    public long ownerWrites(SandboxUser owner, SandboxUser contact, String text) {
        return ownerWrites(owner, contact, IncomingMessage.text(text));
    }

    /** The person writes to a contact by hand, or Telegram does for them. Returns the message's id. */
    public long ownerWrites(SandboxUser owner, SandboxUser contact, IncomingMessage message) {
        return write(owner, contact, owner, message);
    }

    /** Whoever wrote the message edits it. */
    public void edits(SandboxUser owner, SandboxUser contact, long messageId, String newText) {
        Profile profile = of(owner);
        Conversation chat = chat(owner, contact);
        synchronized (chat) {
            ObjectNode edited = chat.edit(messageId, new SentText(newText, List.of()), json -> {
                MessageJson.putText(json, newText);
                json.put("edit_date", Instant.now().getEpochSecond());
                putConnection(json, profile.seenBy(contact.id()));
            });
            if (edited == null) {
                throw new IllegalArgumentException("message: " + messageId + " (expected: one of this chat)");
            }
            deliver(profile.seenBy(contact.id()), "edited_business_message", edited);
        }
    }

    public void deletes(SandboxUser owner, SandboxUser contact, List<Long> messageIds) {
        Conversation chat = chat(owner, contact);
        synchronized (chat) {
            chat.delete(messageIds);
            BusinessConnection connection = of(owner).seenBy(contact.id());
            if (connection != null) {
                var json = Json.object().put("business_connection_id", connection.id());
                json.set("chat", chat.chat().toJson());
                messageIds.forEach(json.putArray("message_ids")::add);
                deliver(connection, "deleted_business_messages", json);
            }
        }
    }

    /** The contact presses a button of a message that the bot wrote for the person. Returns the query's id. */
    public String contactPresses(SandboxUser owner, SandboxUser contact, long messageId, String data) {
        BotAccount account = accounts.apply(connected(owner).bot());
        return account.userPresses(contact, chat(owner, contact), messageId, data);
    }

    /** The newest connection of the person's profile, which may be disabled. */
    public @Nullable BusinessConnection connection(SandboxUser owner) {
        return of(owner).connection();
    }

    /** Both sides of the person's chat with a contact, the last 500 messages, oldest first. */
    public List<TranscriptEntry> transcript(SandboxUser owner, SandboxUser contact) {
        return chat(owner, contact).changesAfter(0);
    }

    /** Completes with the bot's messages when it has written this many there in the person's name. */
    public CompletionStage<List<TranscriptEntry>> awaitBotMessages(SandboxUser owner, SandboxUser contact, long count) {
        return chat(owner, contact)
                .whenBotWrote(count)
                .thenApply(chat -> chat.changesAfter(0).stream()
                        .filter(TranscriptEntry::fromBot)
                        .toList());
    }

    /** Whether the person is shown as typing, which the bot brings about. */
    public boolean isTyping(SandboxUser owner, SandboxUser contact) {
        return chat(owner, contact).isTyping();
    }

    /** Whether the bot has marked this message of the contact as read. */
    public boolean isRead(SandboxUser owner, SandboxUser contact, long messageId) {
        return chat(owner, contact).isRead(messageId);
    }

    Conversation chat(SandboxUser owner, SandboxUser contact) {
        return of(owner).chatWith(privateChats.apply(contact));
    }

    /** The connection with this id to this bot, or null; an id from before a change of rights is no longer known. */
    @Nullable
    BusinessConnection find(SandboxBot bot, String connectionId) {
        BusinessConnection found = connections.get(connectionId);
        return found != null && found.bot().id() == bot.id() ? found : null;
    }

    Profile of(SandboxUser owner) {
        return profiles.computeIfAbsent(owner.id(), id -> new Profile(owner, firstMessageId, timing));
    }

    static void putConnection(ObjectNode message, @Nullable BusinessConnection connection) {
        if (connection == null) {
            message.remove("business_connection_id");
        } else {
            message.put("business_connection_id", connection.id());
        }
    }

    private long write(SandboxUser owner, SandboxUser contact, SandboxUser from, IncomingMessage message) {
        Conversation chat = chat(owner, contact);
        ObjectNode json = MessageJson.incoming(from, chat, message, files);
        ObjectNode stored = add(of(owner), chat, json, from, message.text());
        copyToOther(owner, chat.chat(), stored, from, message.text());
        return stored.get("message_id").longValue();
    }

    private ObjectNode add(Profile profile, Conversation chat, ObjectNode json, SandboxUser from, String text) {
        // One lock over both, so that updates of a chat have the order of its messages.
        synchronized (chat) {
            BusinessConnection connection = profile.seenBy(chat.chat().id());
            putConnection(json, connection);
            ObjectNode stored = chat.add(json, from, text);
            deliver(connection, "business_message", stored);
            return stored;
        }
    }

    /** Lets a contact who has a bot too have a message in their own chat. They don't see which bot wrote it. Call it outside of locks. */
    void copyToOther(SandboxUser owner, SandboxChat contact, ObjectNode message, SandboxUser from, String text) {
        Profile other = profiles.get(contact.id());
        if (other == null || other.seenBy(owner.id()) == null) {
            return;
        }
        Conversation chat = chat(other.owner(), owner);
        ObjectNode copy = message.deepCopy();
        copy.remove(List.of("sender_business_bot", "reply_to_message"));
        copy.set("chat", chat.chat().toJson());
        var unused = add(other, chat, copy, from, text);
    }

    private BusinessConnection connection(SandboxUser owner, SandboxBot bot, BusinessRights rights) {
        String id = "sandbox-connection-" + nextConnection.getAndIncrement();
        return new BusinessConnection(id, owner, bot, Instant.now(), rights, true);
    }

    private String tell(Profile profile, BusinessConnection connection) {
        connections.put(connection.id(), connection);
        profile.connection(connection);
        deliver(connection, "business_connection", connection.toJson());
        return connection.id();
    }

    private void deliver(@Nullable BusinessConnection connection, String kind, ObjectNode content) {
        if (connection != null) {
            accounts.apply(connection.bot()).deliver(kind, content);
        }
    }

    private BusinessConnection connected(SandboxUser owner) {
        BusinessConnection connection = of(owner).connection();
        if (connection == null || !connection.enabled()) {
            throw new IllegalStateException("profile of " + owner.firstName() + ": no bot (expected: a connected one)");
        }
        return connection;
    }
}
