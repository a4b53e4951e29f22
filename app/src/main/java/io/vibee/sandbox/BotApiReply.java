package io.vibee.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** An answer in the Bot API's form. */
record BotApiReply(int status, String body, @Nullable Integer retryAfter) {

    static BotApiReply ok(JsonNode result) {
        return okRaw(Json.text(result));
    }

    static BotApiReply okRaw(String result) {
        return new BotApiReply(200, "{\"ok\":true,\"result\":" + result + "}", null);
    }

    static BotApiReply error(int status, String description) {
        return error(status, description, null, null);
    }

    /**
     * An error with what a client may need to go on.
     *
     * @param retryAfter seconds
     * @param migrateToChatId the new id of a group
     */
    static BotApiReply error(
            int status, String description, @Nullable Integer retryAfter, @Nullable Long migrateToChatId) {
        var body = Json.object().put("ok", false).put("error_code", status).put("description", description);
        if (retryAfter != null || migrateToChatId != null) {
            var parameters = body.putObject("parameters");
            if (retryAfter != null) {
                parameters.put("retry_after", retryAfter);
            }
            if (migrateToChatId != null) {
                parameters.put("migrate_to_chat_id", migrateToChatId);
            }
        }
        return new BotApiReply(status, Json.text(body), retryAfter);
    }
}
