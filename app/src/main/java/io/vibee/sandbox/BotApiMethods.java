package io.vibee.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The methods that a bot can call, checked and refused in the words of Telegram's server. */
final class BotApiMethods {
    private final MessageMethods messages;
    private final ManagedBots managedBots;
    private final FileMethods files;

    BotApiMethods(SandboxWorld world) {
        this.managedBots = world.managedBots();
        this.messages = new MessageMethods(new Addressees(world::chat, world.profiles()), world.files());
        this.files = new FileMethods(world.files());
    }

    CompletionStage<BotApiReply> call(BotAccount account, String method, Params params) {
        try {
            return switch (method.toLowerCase(Locale.ROOT)) {
                case "getupdates" -> getUpdates(account, params);
                case "getme" -> ok(getMe(account, managedBots.mayManage(account.bot())));
                case "sendmessage" -> ok(messages.sendMessage(account, params));
                case "sendmessagedraft" -> ok(messages.sendMessageDraft(account, params));
                case "sendvoice" -> ok(messages.sendVoice(account, params));
                case "sendrichmessage" -> ok(messages.sendRichMessage(account, params));
                case "getfile" -> ok(files.getFile(params));
                case "sendchataction" -> ok(messages.sendChatAction(account, params));
                case "editmessagetext" -> ok(messages.editMessageText(account, params));
                case "editmessagereplymarkup" -> ok(messages.editMessageReplyMarkup(account, params));
                case "deletemessage" -> ok(messages.deleteMessage(account, params));
                case "answercallbackquery" -> ok(messages.answerCallbackQuery(account, params));
                case "getbusinessconnection" -> ok(messages.getBusinessConnection(account, params));
                case "readbusinessmessage" -> ok(messages.readBusinessMessage(account, params));
                case "setmycommands" -> done(account.commands()::set, params);
                case "deletemycommands" -> done(account.commands()::delete, params);
                case "getmycommands" -> ok(account.commands().get(params));
                case "getmanagedbottoken" -> ok(TextNode.valueOf(managedBots.token(account, params)));
                case "replacemanagedbottoken" -> ok(TextNode.valueOf(managedBots.replaceToken(account, params)));
                case "getmanagedbotaccesssettings" -> ok(managedBots.accessSettings(account, params));
                case "setmanagedbotaccesssettings" -> done(given -> managedBots.setAccess(account, given), params);
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

    private static ObjectNode getMe(BotAccount account, boolean managesBots) {
        return account.asUser()
                .toJson()
                .put("can_join_groups", true)
                .put("can_read_all_group_messages", true)
                .put("supports_inline_queries", false)
                .put("can_connect_to_business", true)
                .put("can_manage_bots", managesBots)
                .put("has_main_web_app", false);
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

    private static CompletionStage<BotApiReply> done(Consumer<Params> action, Params params) {
        action.accept(params);
        return ok(BooleanNode.TRUE);
    }

    private static CompletionStage<BotApiReply> ok(JsonNode result) {
        return done(BotApiReply.ok(result));
    }

    private static CompletionStage<BotApiReply> done(BotApiReply reply) {
        return CompletableFuture.completedFuture(reply);
    }
}
