package io.vibee.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * A bot at a person's profile.
 *
 * @param id another one after the person changes the bot's rights
 * @param enabled false once the person has disconnected the bot
 */
public record BusinessConnection(
        String id, SandboxUser owner, SandboxBot bot, Instant date, BusinessRights rights, boolean enabled) {

    BusinessConnection disabled() {
        return new BusinessConnection(id, owner, bot, date, rights, false);
    }

    /** The form of the Bot API. */
    ObjectNode toJson() {
        var json = Json.object().put("id", id);
        json.set("user", owner.toJson());
        json.put("user_chat_id", owner.id()).put("date", date.getEpochSecond()).put("is_enabled", enabled);
        json.set("rights", rights.toJson());
        return json;
    }
}
