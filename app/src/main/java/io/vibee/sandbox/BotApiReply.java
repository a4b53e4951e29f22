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
        return refusal(new Fault.Refusal(status, description, null, null));
    }

    static BotApiReply refusal(Fault.Refusal refusal) {
        var body = Json.object()
                .put("ok", false)
                .put("error_code", refusal.status())
                .put("description", refusal.description());
        Integer retryAfter = refusal.retryAfter();
        Long migrateTo = refusal.migrateToChatId();
        if (retryAfter != null || migrateTo != null) {
            var parameters = body.putObject("parameters");
            if (retryAfter != null) {
                parameters.put("retry_after", retryAfter);
            }
            if (migrateTo != null) {
                parameters.put("migrate_to_chat_id", migrateTo);
            }
        }
        return new BotApiReply(refusal.status(), Json.text(body), retryAfter);
    }
}
