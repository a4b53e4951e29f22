package io.vibee.telegram;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.outgoing.OutgoingRequests;
import io.vibee.protocol.text.Characters;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;
import org.telegram.telegrambots.meta.api.objects.business.BusinessConnection;

/**
 * Calls Telegram's Bot API without blocking, for any number of bots. It neither retries nor paces: the Session does, which knows what may
 * be repeated. Polls have their own connections and threads, so a send never waits behind them. A failed stage holds a
 * {@link TelegramException}. Cancelling a stage's future drops its request.
 */
public final class TelegramClient implements AutoCloseable {
    /** As strings, since the library's own list lacks the newest kinds. Every poll passes it, because Telegram keeps the last one. */
    static final List<String> ALLOWED_UPDATES = List.of(
            "message",
            "edited_message",
            "business_connection",
            "business_message",
            "edited_business_message",
            "deleted_business_messages",
            "my_chat_member",
            "callback_query",
            "managed_bot");

    /** As long as Telegram's own at most. */
    private static final int LONGEST_NAME = 64;

    /** UTF-16 units that are kept of what went wrong with a webhook. */
    private static final int LONGEST_ERROR = 200;

    private static final int GENERAL_TOPIC = 1;
    private static final int UPDATES_PER_POLL = 100;
    private static final int MAX_ANSWER_BYTES = 5 * 1024 * 1024;
    private static final int THREADS = 4;
    private static final Duration DRAFT_TIMEOUT = Duration.ofSeconds(2);

    private final String apiUrl;
    private final Duration callTimeout;
    private final Duration pollMargin;
    private final HttpClient polls;
    private final HttpClient calls;
    private final ScheduledThreadPoolExecutor deadlines;
    private final ObjectMapper json = new ObjectMapper();
    private final ObjectMapper results = StorableJson.mapper().build();
    private final UpdateReader updates = new UpdateReader(InstantSource.system());
    private volatile boolean closed;

    /** With 5 s to connect, 15 s for a call, and 10 s beyond a poll's own time-out. */
    public TelegramClient(URI apiUrl) {
        this(apiUrl, Duration.ofSeconds(5), Duration.ofSeconds(15), Duration.ofSeconds(10));
    }

    /**
     * @param apiUrl as {@code https://api.telegram.org}
     * @param connectTimeout after which a call is {@link TelegramFailure.Unreachable}
     * @param callTimeout from the call to the last byte of its answer
     * @param pollMargin how much longer a poll may take than it asks of Telegram
     */
    public TelegramClient(URI apiUrl, Duration connectTimeout, Duration callTimeout, Duration pollMargin) {
        String url = apiUrl.toString();
        this.apiUrl = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        this.callTimeout = callTimeout;
        this.pollMargin = pollMargin;
        this.polls = client("telegram-poll", connectTimeout);
        this.calls = client("telegram-call", connectTimeout);
        this.deadlines = new ScheduledThreadPoolExecutor(1, DaemonThreads.named("telegram-deadline"));
        this.deadlines.setRemoveOnCancelPolicy(true);
    }

    private static HttpClient client(String threads, Duration connectTimeout) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(connectTimeout)
                .executor(DaemonThreads.pool(threads, THREADS))
                .build();
    }

    /** The bot of this token. For a token whose form Telegram doesn't know, the failure is {@link TelegramFailure.Unauthorized} too. */
    public CompletionStage<BotIdentity> getMe(BotToken token) {
        return call(calls, token, "getMe", json.createObjectNode(), callTimeout, result -> {
            JsonNode me = tree(result);
            if (!me.path("id").canConvertToLong()) {
                throw new IOException("no id");
            }
            return new BotIdentity(
                    me.path("id").longValue(),
                    Characters.storable(me.path("username").asText(""), LONGEST_NAME),
                    Characters.storable(me.path("first_name").asText(""), LONGEST_NAME),
                    me.path("can_manage_bots").asBoolean());
        });
    }

    /**
     * Waits for updates, at most 100.
     *
     * @param offset confirms all updates below it; 0 confirms nothing
     * @param timeout how long Telegram may hold the request, in whole seconds, at most 50
     */
    public CompletionStage<List<IncomingUpdate>> getUpdates(BotToken token, long offset, Duration timeout) {
        if (offset < 0) {
            throw new IllegalArgumentException(
                    "offset: " + offset + " (expected: 0 or more; a negative one drops updates)");
        }
        var params = json.createObjectNode();
        if (offset > 0) {
            params.put("offset", offset);
        }
        params.put("limit", UPDATES_PER_POLL).put("timeout", timeout.toSeconds());
        ALLOWED_UPDATES.forEach(params.putArray("allowed_updates")::add);
        return call(
                polls,
                token,
                "getUpdates",
                params,
                timeout.plus(pollMargin),
                result -> Envelope.elements(result).stream().map(updates::read).toList());
    }

    /** Sends one message and returns Telegram's id for it. */
    public CompletionStage<Long> sendMessage(BotToken token, SendRequest request) {
        var params = addressed(request.chatId(), request.messageThreadId(), request.businessConnectionId());
        params.put("text", request.text());
        if (!request.linkPreview()) {
            params.putObject("link_preview_options").put("is_disabled", true);
        }
        if (!request.entities().isEmpty()) {
            params.set("entities", json.valueToTree(request.entities()));
        }
        Long replyTo = request.replyToMessageId();
        if (replyTo != null) {
            params.putObject("reply_parameters").put("message_id", replyTo).put("allow_sending_without_reply", true);
        }
        if (!request.buttons().isEmpty()) {
            params.set("reply_markup", keyboard(request.buttons()));
        }
        return sendMessage(token, params);
    }

    /**
     * Sends a text, and a button in the place of the person's keyboard by which the person makes a bot. This one has to manage bots
     * ({@link BotIdentity#managesBots}).
     *
     * @param text 1 to 4096 UTF-16 units, plain
     */
    public CompletionStage<Long> offerBot(BotToken token, long chatId, String text, BotOffer offer) {
        var params = addressed(chatId, null, null).put("text", text);
        params.putObject("link_preview_options").put("is_disabled", true);
        var keyboard =
                params.putObject("reply_markup").put("resize_keyboard", true).put("one_time_keyboard", true);
        keyboard.putArray("keyboard")
                .addArray()
                .addObject()
                .put("text", offer.button())
                .putObject("request_managed_bot")
                // It comes back nowhere, and must be there.
                .put("request_id", 1)
                .put("suggested_name", offer.name())
                .put("suggested_username", offer.username());
        return sendMessage(token, params);
    }

    private CompletionStage<Long> sendMessage(BotToken token, ObjectNode params) {
        return call(calls, token, "sendMessage", params, callTimeout, result -> {
            JsonNode id = tree(result).path("message_id");
            if (!id.canConvertToLong()) {
                throw new IOException("no message_id");
            }
            return id.longValue();
        });
    }

    /**
     * Shows in a private chat what there is of an answer, for 30 s at most or until the next message
     * (<a href="https://core.telegram.org/bots/api#sendmessagedraft">sendMessageDraft</a>). A draft that takes longer than 2 s is of no
     * more use, and fails.
     *
     * @param draftId not 0; the same for what is to replace it
     * @param text 1 to 4096 UTF-16 units, plain
     */
    public CompletionStage<Done> sendDraft(
            BotToken token, long chatId, @Nullable Integer messageThreadId, int draftId, String text) {
        var params = addressed(chatId, messageThreadId, null);
        params.put("draft_id", draftId).put("text", text);
        return call(calls, token, "sendMessageDraft", params, DRAFT_TIMEOUT, result -> Done.getInstance());
    }

    /** Shows a person's own chat as read up to a message, where the person's connection lets the bot do that. */
    public CompletionStage<Done> readBusinessMessage(
            BotToken token, String businessConnectionId, long chatId, long messageId) {
        var params = addressed(chatId, null, businessConnectionId);
        params.put("message_id", messageId);
        return call(calls, token, "readBusinessMessage", params, callTimeout, result -> Done.getInstance());
    }

    /** Shows "typing" in the chat, for 5 s at most or until the next message. */
    public CompletionStage<Done> sendTyping(
            BotToken token, long chatId, @Nullable Integer messageThreadId, @Nullable String businessConnectionId) {
        var params = addressed(chatId, messageThreadId, businessConnectionId);
        params.put("action", "typing");
        return call(calls, token, "sendChatAction", params, callTimeout, result -> Done.getInstance());
    }

    /**
     * Replaces a message of the bot's. That it is so already is no failure.
     *
     * @param text 1 to 4096 UTF-16 units
     * @param buttons rows of buttons below it; none takes those away that were there
     */
    public CompletionStage<Done> editMessage(
            BotToken token, long chatId, long messageId, String text, List<List<SendRequest.Button>> buttons) {
        var params = addressed(chatId, null, null);
        params.put("message_id", messageId).put("text", text);
        params.set("reply_markup", keyboard(buttons));
        return this.<Done>call(calls, token, "editMessageText", params, callTimeout, result -> Done.getInstance())
                .exceptionallyCompose(failure -> failure instanceof TelegramException refused
                                && refused.failure() instanceof TelegramFailure.BadRequest bad
                                && bad.description().contains("message is not modified")
                        ? CompletableFuture.completedStage(Done.getInstance())
                        : CompletableFuture.failedStage(failure));
    }

    /**
     * Ends the wait of somebody who pressed a button.
     *
     * @param text what to show for a moment, at most 200 characters; empty: nothing
     */
    public CompletionStage<Done> answerCallback(BotToken token, String queryId, String text) {
        var params = json.createObjectNode().put("callback_query_id", queryId);
        if (!text.isEmpty()) {
            params.put("text", text);
        }
        return call(calls, token, "answerCallbackQuery", params, callTimeout, result -> Done.getInstance());
    }

    /**
     * Sets the commands that people see in the bot's menu.
     *
     * @param language two letters of ISO 639-1; empty for everybody whose language has none of its own
     * @param commands what each does, by its name without the slash, in their order
     */
    public CompletionStage<Done> setCommands(BotToken token, String language, Map<String, String> commands) {
        var params = json.createObjectNode();
        var list = params.putArray("commands");
        commands.forEach((name, what) -> list.addObject().put("command", name).put("description", what));
        if (!language.isEmpty()) {
            params.put("language_code", language);
        }
        return call(calls, token, "setMyCommands", params, callTimeout, result -> Done.getInstance());
    }

    /** What a person's connection is now, as an update tells it. */
    public CompletionStage<BusinessConnection> getBusinessConnection(BotToken token, String connectionId) {
        var params = json.createObjectNode().put("business_connection_id", connectionId);
        return call(calls, token, "getBusinessConnection", params, callTimeout, result -> {
            // Telegram may have added to it.
            BusinessConnection connection = results.readerFor(BusinessConnection.class)
                    .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .readValue(tree(result));
            if (connection.getId() == null
                    || connection.getUser() == null
                    || connection.getUser().getId() == null) {
                throw new IOException("no id or user");
            }
            return connection;
        });
    }

    /**
     * The token of a bot that a person made through this one. A failure that is a {@link TelegramFailure.BadRequest} means that this bot does
     * not manage it.
     *
     * @param botId of the bot that is managed
     */
    public CompletionStage<BotToken> getManagedBotToken(BotToken token, long botId) {
        return managedToken(token, "getManagedBotToken", botId);
    }

    /** Gives a managed bot another token; the one before works no more. */
    public CompletionStage<BotToken> replaceManagedBotToken(BotToken token, long botId) {
        return managedToken(token, "replaceManagedBotToken", botId);
    }

    private CompletionStage<BotToken> managedToken(BotToken token, String method, long botId) {
        return call(calls, token, method, managed(botId), callTimeout, result -> {
            try {
                return BotToken.of(tree(result).asText());
            } catch (IllegalArgumentException e) {
                throw new IOException("no token");
            }
        });
    }

    /** Who may write to a managed bot. */
    public CompletionStage<BotAccess> getManagedBotAccess(BotToken token, long botId) {
        return call(calls, token, "getManagedBotAccessSettings", managed(botId), callTimeout, result -> {
            JsonNode settings = tree(result);
            List<Long> users = new ArrayList<>();
            settings.path("added_users")
                    .forEach(user -> users.add(user.path("id").longValue()));
            return new BotAccess(settings.path("is_access_restricted").asBoolean(), users);
        });
    }

    /** Says who may write to a managed bot. */
    public CompletionStage<Done> setManagedBotAccess(BotToken token, long botId, BotAccess access) {
        var params = managed(botId).put("is_access_restricted", access.restricted());
        if (access.restricted()) {
            access.userIds().forEach(params.putArray("added_user_ids")::add);
        }
        return call(calls, token, "setManagedBotAccessSettings", params, callTimeout, result -> Done.getInstance());
    }

    private ObjectNode managed(long botId) {
        return json.createObjectNode().put("user_id", botId);
    }

    private ObjectNode keyboard(List<List<SendRequest.Button>> buttons) {
        var markup = json.createObjectNode();
        var rows = markup.putArray("inline_keyboard");
        for (List<SendRequest.Button> row : buttons) {
            var shown = rows.addArray();
            row.forEach(button -> shown.addObject().put("text", button.text()).put("callback_data", button.data()));
        }
        return markup;
    }

    /**
     * Has Telegram post updates to an address, in the place of any other one; what waits there is kept.
     *
     * @param url of https and port 443, 80, 88 or 8443, unless the Bot API server is one's own
     * @param secret 1 to 256 of A-Z a-z 0-9 _ -, which comes back with each post
     * @param connections the most posts at once, 1 to 100
     */
    public CompletionStage<Done> setWebhook(BotToken token, URI url, String secret, int connections) {
        var params = json.createObjectNode();
        params.put("url", url.toString()).put("secret_token", secret).put("max_connections", connections);
        ALLOWED_UPDATES.forEach(params.putArray("allowed_updates")::add);
        return call(calls, token, "setWebhook", params, callTimeout, result -> Done.getInstance());
    }

    /** What Telegram says of the bot's webhook. */
    public CompletionStage<WebhookInfo> getWebhookInfo(BotToken token) {
        return call(calls, token, "getWebhookInfo", json.createObjectNode(), callTimeout, result -> {
            JsonNode info = tree(result);
            JsonNode failedAt = info.path("last_error_date");
            return new WebhookInfo(
                    info.path("url").asText(""),
                    info.path("pending_update_count").asInt(0),
                    failedAt.canConvertToLong() && failedAt.isNumber()
                            ? Instant.ofEpochSecond(failedAt.longValue())
                            : null,
                    Characters.storable(info.path("last_error_message").asText(""), LONGEST_ERROR));
        });
    }

    /** Removes a webhook, so that polling is possible; what waits there is kept. */
    public CompletionStage<Done> deleteWebhook(BotToken token) {
        return call(calls, token, "deleteWebhook", json.createObjectNode(), callTimeout, result -> Done.getInstance());
    }

    /** Drops what is in flight. Its stages fail, and so do all later calls. Does not wait. */
    @Override
    public void close() {
        closed = true;
        polls.shutdownNow();
        calls.shutdownNow();
        deadlines.shutdownNow();
    }

    private ObjectNode addressed(long chatId, @Nullable Integer threadId, @Nullable String businessConnectionId) {
        var params = json.createObjectNode().put("chat_id", chatId);
        if (threadId != null && threadId != GENERAL_TOPIC) {
            params.put("message_thread_id", threadId);
        }
        if (businessConnectionId != null) {
            params.put("business_connection_id", businessConnectionId);
        }
        return params;
    }

    private JsonNode tree(Envelope.Slice result) throws IOException {
        return results.readTree(result.bytes(), result.from(), result.length());
    }

    private <T> CompletableFuture<T> call(
            HttpClient client,
            BotToken token,
            String method,
            ObjectNode params,
            Duration deadline,
            TelegramAnswer.Reader<T> reader) {
        var result = new CompletableFuture<T>();
        if (closed) {
            result.completeExceptionally(
                    new TelegramException(method, new TelegramFailure.Unreachable("the client is closed")));
            return result;
        }
        var answer = new TelegramAnswer<>(token, method, reader);
        CompletableFuture<HttpResponse<byte[]>> exchange =
                client.sendAsync(request(token, method, params), info -> new CappedBody(MAX_ANSWER_BYTES));
        // The JDK's own time-out ends with the headers; an answer may also stop in its middle.
        Runnable giveUp = () -> {
            result.completeExceptionally(answer.failure(
                    new TelegramFailure.LostConnection("no answer within " + deadline.toMillis() + " ms")));
            exchange.cancel(true);
        };
        try {
            var timer = deadlines.schedule(giveUp, deadline.toMillis(), TimeUnit.MILLISECONDS);
            var unused = result.whenComplete((value, failure) -> {
                timer.cancel(false);
                if (result.isCancelled()) {
                    exchange.cancel(true);
                }
            });
        } catch (RejectedExecutionException closing) {
            giveUp.run();
        }
        var unused = exchange.whenComplete((response, failure) -> answer.complete(result, response, failure));
        return result;
    }

    private HttpRequest request(BotToken token, String method, ObjectNode params) {
        return OutgoingRequests.to(URI.create(apiUrl + "/bot" + token.reveal() + "/" + method))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(utf8(params)))
                .build();
    }

    /**
     * Converts through a String, so that a lone surrogate in a model's text becomes a question mark and doesn't fail the message forever.
     */
    private byte[] utf8(ObjectNode params) {
        try {
            return json.writeValueAsString(params).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a tree can't be written as JSON", impossible);
        }
    }
}
