package io.vibee.telegram;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why a call failed, in the terms that decide what to do next. Codes and descriptions are those of
 * <a href="https://core.telegram.org/bots/api#making-requests">the Bot API</a>. No description contains the bot's token.
 */
public sealed interface TelegramFailure {

    /** The token is revoked or never was one. Final for the bot. */
    record Unauthorized() implements TelegramFailure {}

    /** The bot may not do this: blocked, kicked, deactivated. Final for the chat. */
    record Forbidden(String description) implements TelegramFailure {}

    /** Someone else polls with this token, or a webhook is set. */
    record Conflict(String description) implements TelegramFailure {
        /** Whether a webhook is in the way; {@code deleteWebhook} removes it. */
        public boolean becauseOfWebhook() {
            return description.contains("webhook is active") || description.contains("setWebhook");
        }
    }

    /** Too many requests: nothing more may be sent as this bot for that long. */
    record FloodWait(Duration retryAfter) implements TelegramFailure {}

    /**
     * Telegram refuses the request as it is.
     *
     * @param migrateToChatId set when the group became a supergroup: its new id
     */
    record BadRequest(String description, @Nullable Long migrateToChatId) implements TelegramFailure {}

    /** There is no such method, or Telegram doesn't know this form of token. */
    record NotFound(String description) implements TelegramFailure {}

    /** Telegram, or something on the way to it, answered with an error of its own. The call may have been carried out. */
    record ServerError(int status) implements TelegramFailure {}

    /** No connection was made, so the request never left. */
    record Unreachable(String kind) implements TelegramFailure {}

    /** The request may have left, and no readable answer came back in time. The call may have been carried out. */
    record LostConnection(String kind) implements TelegramFailure {}

    /** Whether the call certainly had no effect, so that a repetition can't double anything. */
    default boolean certainlyNotDone() {
        return switch (this) {
            case Unauthorized u -> true;
            case Forbidden f -> true;
            case Conflict c -> true;
            case FloodWait f -> true;
            case BadRequest b -> true;
            case NotFound n -> true;
            case Unreachable u -> true;
            case ServerError s -> false;
            case LostConnection l -> false;
        };
    }

    /** Telegram's error code, or 0 when there was no answer. */
    default int code() {
        return switch (this) {
            case Unauthorized u -> 401;
            case Forbidden f -> 403;
            case Conflict c -> 409;
            case FloodWait f -> 429;
            case BadRequest b -> 400;
            case NotFound n -> 404;
            case ServerError s -> s.status();
            case Unreachable u -> 0;
            case LostConnection l -> 0;
        };
    }

    /** One line for a log or a session's status. */
    default String summary() {
        return switch (this) {
            case Unauthorized u -> "401 Unauthorized";
            case Forbidden f -> "403 " + f.description();
            case Conflict c -> "409 " + c.description();
            case FloodWait f -> "429 retry after " + f.retryAfter().toSeconds() + " s";
            case BadRequest b -> "400 " + b.description();
            case NotFound n -> "404 " + n.description();
            case ServerError s -> "answer " + s.status();
            case Unreachable u -> "unreachable: " + u.kind();
            case LostConnection l -> "connection lost: " + l.kind();
        };
    }
}
