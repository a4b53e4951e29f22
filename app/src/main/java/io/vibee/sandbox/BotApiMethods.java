package io.vibee.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** The methods that a bot can call, checked and refused in the words of Telegram's server. It does not simulate {@code parse_mode}. */
final class BotApiMethods {
    private static final Duration TYPING_LASTS = Duration.ofSeconds(5);
    private static final Duration DRAFT_LASTS = Duration.ofSeconds(30);

    /** Finds the chat with an id, or null. */
    private final LongFunction<@Nullable SandboxChat> chats;

    BotApiMethods(LongFunction<@Nullable SandboxChat> chats) {
        this.chats = chats;
    }

    CompletionStage<BotApiReply> call(BotAccount account, String method, Params params) {
        try {
            return switch (method.toLowerCase(Locale.ROOT)) {
                case "getupdates" -> getUpdates(account, params);
                case "getme" -> ok(getMe(account));
                case "sendmessage" -> ok(sendMessage(account, params));
                case "sendmessagedraft" -> ok(sendMessageDraft(account, params));
                case "sendchataction" -> ok(sendChatAction(account, params));
                case "editmessagetext" -> ok(editMessageText(account, params));
                case "setwebhook" -> ok(setWebhook(account, params));
                case "deletewebhook" -> ok(deleteWebhook(account, params));
                case "getwebhookinfo" -> ok(account.updates().webhookInfo());
                default -> done(BotApiReply.error(404, "Not Found: method not found"));
            };
        } catch (BotApiRefusal refusal) {
            return done(BotApiReply.error(refusal.status, refusal.description));
        }
    }

    private static CompletionStage<BotApiReply> getUpdates(BotAccount account, Params params) {
        return account.updates()
                .poll(
                        params.number("offset", 0),
                        (int) params.number("limit", 100),
                        Duration.ofSeconds(Math.clamp(params.number("timeout", 0), 0, 50)),
                        params.names("allowed_updates"));
    }

    private static ObjectNode getMe(BotAccount account) {
        return account.asUser()
                .toJson()
                .without("language_code")
                .<ObjectNode>deepCopy()
                .put("can_join_groups", true)
                .put("can_read_all_group_messages", true)
                .put("supports_inline_queries", false)
                .put("can_connect_to_business", true)
                .put("has_main_web_app", false);
    }

    private ObjectNode sendMessage(BotAccount account, Params params) {
        SentText text = SentText.of(params);
        String connectionId = params.has("business_connection_id") ? params.text("business_connection_id") : null;
        Conversation conversation = addressee(account, params, connectionId);
        Instant now = Instant.now();
        SandboxUser author = account.asUser();
        ObjectNode json;
        if (connectionId == null) {
            json = MessageJson.of(author.toJson(), conversation.chat(), now);
        } else {
            json = MessageJson.of(connectionOf(account, connectionId).owner().toJson(), conversation.chat(), now);
            json.set("sender_business_bot", author.toJson());
            json.put("business_connection_id", connectionId);
        }
        Integer thread = params.smallNumber("message_thread_id");
        if (thread != null) {
            if (!conversation.hasTopic(thread)) {
                throw BotApiRefusal.badRequest("message thread not found");
            }
            json.put("message_thread_id", thread).put("is_topic_message", true);
        }
        ObjectNode quoted = quoted(conversation, params.tree("reply_parameters"));
        if (quoted != null) {
            json.set("reply_to_message", MessageJson.quoted(quoted));
        }
        MessageJson.putText(json, text.text(), false, 0);
        ArrayNode entities = text.entitiesJson();
        json.path("entities").forEach(entities::add);
        if (!entities.isEmpty()) {
            json.set("entities", entities);
        }
        return conversation.addOfBot(json, author, text, now);
    }

    private JsonNode sendMessageDraft(BotAccount account, Params params) {
        if (params.number("draft_id", 0) == 0) {
            throw BotApiRefusal.badRequest("draft identifier must be non-zero");
        }
        SentText text = SentText.of(params);
        Conversation conversation = addressee(account, params, null);
        if (!conversation.chat().isPrivate()) {
            throw BotApiRefusal.badRequest("TEXTDRAFT_PEER_INVALID");
        }
        conversation.draft(text.text(), Instant.now().plus(DRAFT_LASTS));
        return BooleanNode.TRUE;
    }

    private JsonNode sendChatAction(BotAccount account, Params params) {
        String connectionId = params.has("business_connection_id") ? params.text("business_connection_id") : null;
        if (!params.has("action")) {
            throw BotApiRefusal.badRequest("wrong parameter action in request");
        }
        addressee(account, params, connectionId).typing(Instant.now().plus(TYPING_LASTS));
        return BooleanNode.TRUE;
    }

    private ObjectNode editMessageText(BotAccount account, Params params) {
        String text = SentText.of(params).text();
        String connectionId = params.has("business_connection_id") ? params.text("business_connection_id") : null;
        Conversation conversation = addressee(account, params, connectionId);
        long messageId = params.number("message_id", 0);
        ObjectNode before = conversation.message(messageId);
        if (before == null) {
            throw BotApiRefusal.badRequest("message to edit not found");
        }
        boolean own =
                before.path("from").path("id").longValue() == account.bot().id() || before.has("sender_business_bot");
        if (!own) {
            throw BotApiRefusal.badRequest("message can't be edited");
        }
        if (before.path("text").asText().equals(text)) {
            throw BotApiRefusal.badRequest("message is not modified: specified new message content and reply markup are"
                    + " exactly the same as a current content and reply markup of the message");
        }
        var changes =
                Json.object().put("text", text).put("edit_date", Instant.now().getEpochSecond());
        ObjectNode edited = conversation.edit(messageId, text, changes);
        return edited == null ? before : edited;
    }

    /** A server of one's own posts to plain addresses of its machine too. */
    private static JsonNode setWebhook(BotAccount account, Params params) {
        String url = params.text("url");
        if (!url.isEmpty() && !url.startsWith("https://") && !url.startsWith("http://127.0.0.1:")) {
            throw BotApiRefusal.badRequest("bad webhook: An HTTPS URL must be provided for webhook");
        }
        account.updates()
                .setWebhook(
                        url,
                        params.text("secret_token"),
                        params.flag("drop_pending_updates"),
                        params.names("allowed_updates"));
        return BooleanNode.TRUE;
    }

    private static JsonNode deleteWebhook(BotAccount account, Params params) {
        account.updates().setWebhook("", "", params.flag("drop_pending_updates"), null);
        return BooleanNode.TRUE;
    }

    private Conversation addressee(BotAccount account, Params params, @Nullable String connectionId) {
        if (!params.has("chat_id")) {
            throw BotApiRefusal.badRequest("chat_id is empty");
        }
        long chatId = params.number("chat_id", 0);
        if (connectionId != null && !connectionOf(account, connectionId).enabled()) {
            throw BotApiRefusal.badRequest("business connection is disabled");
        }
        Conversation conversation = account.existing(chatId, connectionId);
        SandboxChat chat = chats.apply(chatId);
        if (chat == null) {
            throw BotApiRefusal.badRequest("chat not found");
        }
        if (connectionId != null) {
            if (conversation == null || !connectionOf(account, connectionId).canReply()) {
                throw BotApiRefusal.badRequest("BUSINESS_PEER_INVALID");
            }
            return conversation;
        }
        if (account.isBlockedBy(chatId)) {
            throw new BotApiRefusal(403, "Forbidden: bot was blocked by the user");
        }
        if (conversation == null) {
            throw new BotApiRefusal(
                    403,
                    chat.isPrivate()
                            ? "Forbidden: bot can't initiate conversation with a user"
                            : "Forbidden: bot is not a member of the " + chat.type() + " chat");
        }
        return conversation;
    }

    private static BotAccount.Connection connectionOf(BotAccount account, String id) {
        BotAccount.Connection connection = account.connection(id);
        if (connection == null) {
            throw BotApiRefusal.badRequest("business connection not found");
        }
        return connection;
    }

    private static @Nullable ObjectNode quoted(Conversation conversation, JsonNode reply) {
        if (!reply.hasNonNull("message_id")) {
            return null;
        }
        ObjectNode quoted = conversation.message(reply.get("message_id").asLong());
        if (quoted == null && !reply.path("allow_sending_without_reply").asBoolean(false)) {
            throw BotApiRefusal.badRequest("message to be replied not found");
        }
        return quoted;
    }

    private static CompletionStage<BotApiReply> ok(JsonNode result) {
        return done(BotApiReply.ok(result));
    }

    private static CompletionStage<BotApiReply> done(BotApiReply reply) {
        return CompletableFuture.completedFuture(reply);
    }
}
