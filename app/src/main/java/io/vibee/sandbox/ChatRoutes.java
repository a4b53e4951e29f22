package io.vibee.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.http.javadsl.unmarshalling.StringUnmarshallers;
import org.jspecify.annotations.Nullable;

/** What the page's chats have in common: they show what is new, and their buttons are pressed. */
abstract class ChatRoutes extends JsonRoutes {
    private static final Duration HOLD = Duration.ofSeconds(15);

    private final Timing timing;

    ChatRoutes(Timing timing) {
        this.timing = timing;
    }

    /** Answers when there is something newer than the parameter says, or after a while with what there is. */
    final Route changes(Conversation conversation, BooleanSupplier listening) {
        return get(() -> parameterOptional(
                StringUnmarshallers.LONG,
                "after",
                after -> completeWithFuture(changes(conversation, listening, after.orElse(-1L)))));
    }

    private CompletionStage<HttpResponse> changes(Conversation conversation, BooleanSupplier listening, long after) {
        CompletableFuture<Conversation> newer =
                conversation.whenNewerThan(after).toCompletableFuture();
        var timer = timing.after(HOLD, () -> newer.complete(conversation));
        return newer.thenApply(now -> {
            timer.cancel();
            long version = now.version();
            var body = Json.object()
                    .put("version", version)
                    .put("typing", now.isTyping())
                    .put("draft", now.draft())
                    .put("listening", listening.getAsBoolean());
            body.set("keyboard", rows(now.keyboard()));
            ArrayNode messages = body.putArray("messages");
            now.changesAfter(after).forEach(entry -> messages.add(message(entry)));
            return response(200, body);
        });
    }

    /** Presses the button that the body names, and answers with what the bot says to it within a while. */
    final Route press(BotAccount account, SandboxUser user, Conversation conversation, JsonNode body) {
        String query;
        try {
            query = account.userPresses(
                    user,
                    conversation,
                    body.path("message_id").asLong(),
                    body.path("data").asText());
        } catch (IllegalArgumentException noSuchButton) {
            return problem(400, noSuchButton.getMessage());
        }
        var answer = new CompletableFuture<HttpResponse>();
        var timer = timing.after(
                HOLD, () -> answer.complete(response(200, Json.object().put("answered", false))));
        var unused = account.callbackQueries().answered(query).thenAccept(said -> {
            timer.cancel();
            answer.complete(response(
                    200,
                    Json.object().put("answered", true).put("text", said.text()).put("alert", said.alert())));
        });
        return completeWithFuture(answer);
    }

    private static ObjectNode message(TranscriptEntry entry) {
        var json = Json.object()
                .put("id", entry.messageId())
                .put("from_bot", entry.fromBot())
                .put("sender_id", entry.senderId())
                .put("sender", entry.sender())
                .put("text", entry.text())
                .put("automatic", entry.automatic())
                .put("date", entry.date().toString())
                .put("edited", entry.edited())
                .put("deleted", entry.deleted());
        json.set("entities", SentText.entitiesJson(entry.entities()));
        json.set("buttons", rows(entry.buttons()));
        TranscriptEntry.Attachment attachment = entry.attachment();
        if (attachment != null) {
            json.putObject("attachment").put("kind", attachment.kind()).put("file", attachment.fileId());
        }
        return json;
    }

    private static @Nullable ObjectNode managedBot(ChatButton.@Nullable ManagedBotRequest request) {
        return request == null
                ? null
                : Json.object().put("name", request.suggestedName()).put("username", request.suggestedUsername());
    }

    private static ArrayNode rows(List<List<ChatButton>> rows) {
        ArrayNode json = Json.array();
        for (List<ChatButton> row : rows) {
            ArrayNode buttons = json.addArray();
            row.forEach(button -> buttons.addObject()
                    .put("text", button.text())
                    .put("data", button.data())
                    .put("url", button.url())
                    .set("managed_bot", managedBot(button.managedBot())));
        }
        return json;
    }
}
