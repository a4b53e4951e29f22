package io.vibee.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a person lets the bot do that they connected to their profile. Telegram has more rights; these are the ones about messages.
 *
 * @param reply write in chats whose contact wrote within the last 24 h
 * @param read mark messages as read
 */
public record BusinessRights(boolean reply, boolean read) {
    public static final BusinessRights ALL = new BusinessRights(true, true);
    public static final BusinessRights NONE = new BusinessRights(false, false);

    /** The form that the Bot API calls {@code BusinessBotRights}; as Telegram's server, it names only what is allowed. */
    ObjectNode toJson() {
        var rights = Json.object();
        if (reply) {
            rights.put("can_reply", true);
        }
        if (read) {
            rights.put("can_read_messages", true);
        }
        return rights;
    }
}
