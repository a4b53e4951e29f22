package io.vibee.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A simulated chat; a private one has its person's id.
 *
 * @param type {@code private}, {@code group} or {@code supergroup}
 * @param title a group's title, or the person's name
 * @param forum whether the group has topics
 */
public record SandboxChat(long id, String type, String title, String username, boolean forum) {

    static SandboxChat privateWith(SandboxUser user) {
        return new SandboxChat(user.id(), "private", user.firstName(), user.username(), false);
    }

    boolean isPrivate() {
        return type.equals("private");
    }

    /** The form that the Bot API calls {@code Chat}. */
    ObjectNode toJson() {
        var chat = Json.object().put("id", id).put("type", type);
        if (isPrivate()) {
            chat.put("first_name", title).put("username", username);
        } else {
            chat.put("title", title);
            if (forum) {
                chat.put("is_forum", true);
            }
        }
        return chat;
    }
}
