package io.vibee.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The buttons of one bot's messages that people have pressed, and what the bot answered. The last 1000 are remembered. */
final class CallbackQueries {
    private static final int REMEMBERED = 1_000;
    private static final int MAX_TEXT_UNITS = 200;

    private final LinkedHashMap<String, CompletableFuture<CallbackAnswer>> queries = new LinkedHashMap<>();
    private long nextId = ThreadLocalRandom.current().nextLong(1L << 40, 1L << 60);

    /** A {@code CallbackQuery} about a button that the person pressed. */
    ObjectNode pressed(SandboxUser by, JsonNode message, SandboxChat chat, String data) {
        var json = Json.object().put("id", open());
        json.set("from", by.toJson());
        json.set("message", message);
        return json.put("chat_instance", Long.toString(chat.id() * 1_000_003)).put("data", data);
    }

    /** The bot's answer. Only the first is taken, and none after the query is forgotten. */
    void answer(Params params) {
        String text = params.text("text");
        if (text.length() > MAX_TEXT_UNITS) {
            throw BotApiRefusal.badRequest("MESSAGE_TOO_LONG");
        }
        CompletableFuture<CallbackAnswer> query = find(params.text("callback_query_id"));
        if (query == null || !query.complete(new CallbackAnswer(text, params.flag("show_alert")))) {
            throw BotApiRefusal.badRequest("query is too old and response timeout expired or query ID is invalid");
        }
    }

    /** Completes with the bot's answer. */
    CompletionStage<CallbackAnswer> answered(String queryId) {
        CompletableFuture<CallbackAnswer> query = find(queryId);
        if (query == null) {
            throw new IllegalArgumentException("query: " + queryId + " (expected: one of this bot's last)");
        }
        return query;
    }

    private synchronized @Nullable CompletableFuture<CallbackAnswer> find(String id) {
        return queries.get(id);
    }

    private synchronized String open() {
        String id = Long.toString(nextId++);
        queries.put(id, new CompletableFuture<>());
        if (queries.size() > REMEMBERED) {
            Iterator<String> oldest = queries.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        return id;
    }
}
