package io.vibee.metrics;

/** The kinds of update that metrics tell apart. A kind that Telegram invents later counts as {@link #OTHER}. */
public enum UpdateKind {
    MESSAGE,
    EDITED_MESSAGE,
    CALLBACK_QUERY,
    MY_CHAT_MEMBER,
    BUSINESS_CONNECTION,
    BUSINESS_MESSAGE,
    EDITED_BUSINESS_MESSAGE,
    DELETED_BUSINESS_MESSAGES,
    OTHER;

    /** By the name of the update's field in the Bot API, as {@code edited_message}. */
    public static UpdateKind of(String field) {
        return switch (field) {
            case "message" -> MESSAGE;
            case "edited_message" -> EDITED_MESSAGE;
            case "callback_query" -> CALLBACK_QUERY;
            case "my_chat_member" -> MY_CHAT_MEMBER;
            case "business_connection" -> BUSINESS_CONNECTION;
            case "business_message" -> BUSINESS_MESSAGE;
            case "edited_business_message" -> EDITED_BUSINESS_MESSAGE;
            case "deleted_business_messages" -> DELETED_BUSINESS_MESSAGES;
            default -> OTHER;
        };
    }
}
