package io.vibee.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Finds the chat that a call of a bot is about, its own or one of a person who connected it, and refuses what Telegram would. */
final class Addressees {
    /** How long after the contact's last message a bot may write to them for another person. */
    private static final Duration OPEN_FOR = Duration.ofDays(1);

    /**
     * A chat.
     *
     * @param connection set when the bot writes there as the person who connected it
     */
    record Addressee(Conversation conversation, @Nullable BusinessConnection connection) {}

    /** Finds the chat with an id, or null. */
    private final LongFunction<@Nullable SandboxChat> chats;

    private final Profiles profiles;

    Addressees(LongFunction<@Nullable SandboxChat> chats, Profiles profiles) {
        this.chats = chats;
        this.profiles = profiles;
    }

    /** Where the bot may write now. */
    Addressee toWriteTo(BotAccount account, Params params) {
        Addressee found = find(account, params);
        BusinessConnection connection = found.connection();
        if (connection != null) {
            if (!connection.rights().reply()) {
                throw BotApiRefusal.badRequest("BUSINESS_PEER_INVALID");
            }
            refuseIfSilent(found.conversation());
        } else if (account.isBlockedBy(found.conversation().chat().id())) {
            throw new BotApiRefusal(403, "Forbidden: bot was blocked by the user");
        }
        return found;
    }

    /** A chat that the bot sees, whether or not it may write there. */
    Addressee find(BotAccount account, Params params) {
        if (!params.has("chat_id")) {
            throw BotApiRefusal.badRequest("chat_id is empty");
        }
        long chatId = params.number("chat_id", 0);
        BusinessConnection connection = null;
        Conversation conversation;
        if (params.has("business_connection_id")) {
            connection = live(account, params);
            Profile profile = profiles.of(connection.owner());
            conversation = profile.seenBy(chatId) == null ? null : profile.existing(chatId);
        } else {
            conversation = account.existing(chatId);
        }
        SandboxChat chat = chats.apply(chatId);
        if (chat == null) {
            throw BotApiRefusal.badRequest("chat not found");
        }
        if (conversation == null && connection != null) {
            throw BotApiRefusal.badRequest("BUSINESS_PEER_INVALID");
        }
        if (conversation == null) {
            throw new BotApiRefusal(
                    403,
                    chat.isPrivate()
                            ? "Forbidden: bot can't initiate conversation with a user"
                            : "Forbidden: bot is not a member of the " + chat.type() + " chat");
        }
        return new Addressee(conversation, connection);
    }

    /** The connection that the call names, also a disabled one. */
    BusinessConnection connection(BotAccount account, Params params) {
        BusinessConnection connection = profiles.find(account.bot(), params.text("business_connection_id"));
        if (connection == null) {
            throw BotApiRefusal.badRequest("business connection not found");
        }
        return connection;
    }

    /** A message that a bot wrote for a person comes to its reader, who may have a bot as well. */
    void reach(SandboxUser owner, SandboxChat contact, ObjectNode message, String text) {
        profiles.copyToOther(owner, contact, message, owner, text);
    }

    /** A contact must have written within a day before the bot writes, or marks what they wrote as read. */
    static void refuseIfSilent(Conversation chat) {
        Instant open = Instant.now().minus(OPEN_FOR);
        if (chat.lastFrom(chat.chat().id()).isBefore(open)) {
            throw BotApiRefusal.badRequest("BUSINESS_PEER_USAGE_MISSING");
        }
    }

    private BusinessConnection live(BotAccount account, Params params) {
        BusinessConnection connection = connection(account, params);
        if (!connection.enabled()) {
            throw BotApiRefusal.badRequest("business connection not found");
        }
        return connection;
    }
}
