package io.vibee.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A simulated person, or a bot that writes in a group. */
public record SandboxUser(long id, String firstName, String username, String languageCode, boolean isBot) {

    /** The form that the Bot API calls {@code User}. */
    ObjectNode toJson() {
        var user = Json.object()
                .put("id", id)
                .put("is_bot", isBot)
                .put("first_name", firstName)
                .put("username", username);
        return isBot ? user : user.put("language_code", languageCode);
    }
}
