package io.vibee.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.sandbox.Addressees.Addressee;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How a bot writes, edits and deletes messages and reacts to buttons. It does not simulate {@code parse_mode}. */
final class MessageMethods {
    private static final Duration TYPING_LASTS = Duration.ofSeconds(5);
    private static final Duration DRAFT_LASTS = Duration.ofSeconds(30);
    private static final Duration DELETABLE_FOR = Duration.ofDays(2);

    private final Addressees addressees;
    private final SandboxFiles files;

    MessageMethods(Addressees addressees, SandboxFiles files) {
        this.addressees = addressees;
        this.files = files;
    }

    JsonNode sendMessage(BotAccount account, Params params) {
        SentText text = SentText.of(params);
        return send(account, params, text, json -> MessageJson.putText(json, text));
    }

    JsonNode sendVoice(BotAccount account, Params params) {
        Media.Voice voice = FileMethods.voice(params);
        SentText caption = SentText.captionOf(params);
        return send(account, params, caption, json -> {
            voice.putInto(json, files);
            MessageJson.putText(json, caption);
        });
    }

    /** All of it is one paragraph to the sandbox. */
    JsonNode sendRichMessage(BotAccount account, Params params) {
        SentText source = SentText.richOf(params);
        return send(
                account,
                params,
                source,
                json -> json.putObject("rich_message")
                        .putArray("blocks")
                        .addObject()
                        .put("type", "paragraph")
                        .put("text", source.text()));
    }

    /** Sends a message with this content; what a chat shows of it is the text. */
    private JsonNode send(BotAccount account, Params params, SentText text, Consumer<ObjectNode> content) {
        Addressee to = addressees.toWriteTo(account, params);
        Conversation conversation = to.conversation();
        SandboxUser author = account.asUser();
        ObjectNode json = MessageJson.of(author.toJson(), conversation.chat(), Instant.now());
        BusinessConnection connection = to.connection();
        if (connection != null) {
            json.set("from", connection.owner().toJson());
            json.set("sender_business_bot", author.toJson());
            Profiles.putConnection(json, connection);
        }
        putPlace(json, conversation, params);
        content.accept(json);
        ReplyMarkup markup = ReplyMarkup.of(params);
        markup.putInto(json);
        ObjectNode sent;
        synchronized (conversation) {
            sent = conversation.addOfBot(json, author, text);
            List<List<ChatButton>> keyboard = markup.keyboard();
            if (keyboard != null) {
                conversation.keyboard(keyboard);
            }
            if (connection != null) {
                // Telegram tells the bot of every message in the chat, its own as well.
                account.deliver("business_message", sent);
            }
        }
        if (connection != null) {
            addressees.reach(connection.owner(), conversation.chat(), sent, text.text());
        }
        return sent;
    }

    JsonNode sendMessageDraft(BotAccount account, Params params) {
        if (params.number("draft_id", 0) == 0) {
            throw BotApiRefusal.badRequest("draft identifier must be non-zero");
        }
        SentText text = SentText.of(params);
        // Telegram does not know the parameter here: a draft is shown in the bot's own chats only.
        Params own = params.without("business_connection_id");
        Conversation conversation = addressees.toWriteTo(account, own).conversation();
        if (!conversation.chat().isPrivate()) {
            throw BotApiRefusal.badRequest("TEXTDRAFT_PEER_INVALID");
        }
        conversation.draft(text.text(), Instant.now().plus(DRAFT_LASTS));
        return BooleanNode.TRUE;
    }

    JsonNode sendChatAction(BotAccount account, Params params) {
        if (!params.has("action")) {
            throw BotApiRefusal.badRequest("wrong parameter action in request");
        }
        addressees
                .toWriteTo(account, params)
                .conversation()
                .typing(Instant.now().plus(TYPING_LASTS));
        return BooleanNode.TRUE;
    }

    /** It takes the buttons away unless they are given again. */
    JsonNode editMessageText(BotAccount account, Params params) {
        SentText text = SentText.of(params);
        ReplyMarkup markup = ReplyMarkup.of(params);
        return edit(account, params, text, json -> {
            MessageJson.putText(json, text);
            markup.putInto(json);
        });
    }

    JsonNode editMessageReplyMarkup(BotAccount account, Params params) {
        return edit(account, params, null, ReplyMarkup.of(params)::putInto);
    }

    /** @param text null: the old one */
    private JsonNode edit(BotAccount account, Params params, @Nullable SentText text, Consumer<ObjectNode> change) {
        Addressee to = addressees.find(account, params);
        Conversation conversation = to.conversation();
        synchronized (conversation) {
            long messageId = params.number("message_id", 0);
            ObjectNode before = conversation.message(messageId);
            TranscriptEntry entry = conversation.entry(messageId);
            if (before == null || entry == null) {
                throw BotApiRefusal.badRequest("message to edit not found");
            }
            if (!entry.fromBot()) {
                throw BotApiRefusal.badRequest("message can't be edited");
            }
            ObjectNode after = before.deepCopy();
            change.accept(after);
            if (after.equals(before)) {
                throw BotApiRefusal.badRequest("message is not modified: specified new message content and reply markup"
                        + " are exactly the same as a current content and reply markup of the message");
            }
            Profiles.putConnection(after, to.connection());
            after.put("edit_date", Instant.now().getEpochSecond());
            SentText shown = text == null ? new SentText(entry.text(), entry.entities()) : text;
            conversation.edit(messageId, shown, json -> json.removeAll().setAll(after));
            if (to.connection() != null) {
                account.deliver("edited_business_message", after);
            }
            return after;
        }
    }

    /** A bot deletes its own messages, and in a private chat those of the person, for two days. */
    JsonNode deleteMessage(BotAccount account, Params params) {
        Conversation conversation = addressees.find(account, params).conversation();
        long messageId = params.number("message_id", 0);
        TranscriptEntry entry = conversation.entry(messageId);
        if (entry == null || entry.deleted()) {
            throw BotApiRefusal.badRequest("message to delete not found");
        }
        boolean tooOld = entry.date().isBefore(Instant.now().minus(DELETABLE_FOR));
        if (tooOld || !(entry.fromBot() || conversation.chat().isPrivate())) {
            throw BotApiRefusal.badRequest("message can't be deleted");
        }
        conversation.delete(List.of(messageId));
        return BooleanNode.TRUE;
    }

    JsonNode answerCallbackQuery(BotAccount account, Params params) {
        account.callbackQueries().answer(params);
        return BooleanNode.TRUE;
    }

    JsonNode getBusinessConnection(BotAccount account, Params params) {
        return addressees.connection(account, params).toJson();
    }

    JsonNode readBusinessMessage(BotAccount account, Params params) {
        Addressee in = addressees.find(account, params);
        BusinessConnection connection = in.connection();
        if (connection == null) {
            throw BotApiRefusal.badRequest("business connection not found");
        }
        if (!connection.rights().read()) {
            // Telegram's name for what a connection does not allow; how its server words it here is not published.
            throw new BotApiRefusal(403, "Forbidden: BOT_ACCESS_FORBIDDEN");
        }
        Addressees.refuseIfSilent(in.conversation());
        long messageId = params.number("message_id", 0);
        if (in.conversation().entry(messageId) == null) {
            throw BotApiRefusal.badRequest("MESSAGE_ID_INVALID");
        }
        in.conversation().readUpTo(messageId);
        return BooleanNode.TRUE;
    }

    private static void putPlace(ObjectNode json, Conversation conversation, Params params) {
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
}
