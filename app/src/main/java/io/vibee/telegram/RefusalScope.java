package io.vibee.telegram;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * How far a refusal of a message reaches, by Telegram's code and description. The Bot API has no list of descriptions. These come from
 * {@code tdlib/telegram-bot-api} and from what bots report; the tests' {@code refusals.txt} has a sample of each.
 */
public enum RefusalScope {
    /** This message only: another one may pass. */
    MESSAGE,
    /** Every message in its topic. */
    TOPIC,
    /** Every message in its chat, until something about the chat changes. */
    CHAT;

    private static final int BAD_REQUEST = 400;
    private static final int FORBIDDEN = 403;

    private static final List<String> OF_THE_CHAT = List.of(
            "not enough rights to send",
            "have no rights to send",
            "no rights to write",
            "need administrator rights",
            "chat_write_forbidden",
            "chat_send_plain_forbidden",
            "chat_restricted",
            "chat_guest_send_forbidden",
            "chat_admin_required",
            "chat not found",
            "user not found",
            "chat_id_invalid",
            "channel_private",
            "channel_invalid",
            "peer_id_invalid",
            "chat was deactivated",
            "chat is deactivated",
            "chat was deleted",
            "user is deactivated",
            "user_deactivated",
            "input_user_deactivated",
            "user_is_blocked",
            "user_banned_in_channel",
            "you_blocked_user",
            "bot was blocked",
            "bot was kicked",
            "bot is not a member",
            "bot can't initiate conversation",
            "bot can't send messages to",
            "privacy_premium_required",
            "payment_required",
            "business_peer_invalid");

    /** Of a person's connection: it was changed, and has another id, or allows less. */
    private static final List<String> OF_THE_CONNECTION =
            List.of("business connection not found", "business_connection_invalid", "business_connection_not_allowed");

    private static final List<String> OF_THE_TOPIC = List.of("topic_closed", "topic is closed", "topic closed");

    /** A thread or topic that is not there, or no longer there. */
    private static final Pattern NO_SUCH_THREAD =
            Pattern.compile("(thread|topic)\\b.*(not found|not exist|doesn't exist|deleted|invalid|missing)"
                    + "|(invalid|no such|missing|deleted|unknown)\\b.*(thread|topic)"
                    + "|(thread|topic)[a-z_]*_(not_found|deleted|invalid|missing)");

    public static RefusalScope of(int code, String description) {
        String lower = description.toLowerCase(Locale.ROOT);
        if ((code == BAD_REQUEST || code == FORBIDDEN) && OF_THE_TOPIC.stream().anyMatch(lower::contains)) {
            return TOPIC;
        }
        if (code == FORBIDDEN || (code == BAD_REQUEST && OF_THE_CHAT.stream().anyMatch(lower::contains))) {
            return CHAT;
        }
        return MESSAGE;
    }

    /**
     * Whether Telegram refuses a message because the person's connection is not what it was. Another id of it, or less leave, is told by an
     * update.
     */
    public static boolean isOfConnection(TelegramFailure failure) {
        String description = switch (failure) {
            case TelegramFailure.BadRequest bad -> bad.description();
            case TelegramFailure.Forbidden forbidden -> forbidden.description();
            default -> "";
        };
        return OF_THE_CONNECTION.stream().anyMatch(description.toLowerCase(Locale.ROOT)::contains);
    }

    /** Whether Telegram refuses a message because its thread doesn't exist. It may then pass outside of the thread. */
    public static boolean isOfMissingThread(TelegramFailure failure) {
        return failure instanceof TelegramFailure.BadRequest bad
                && NO_SUCH_THREAD
                        .matcher(bad.description().toLowerCase(Locale.ROOT))
                        .find();
    }
}
