package io.vibee.http;

import java.util.Optional;

/**
 * The id of something of a chat in the API, such as a dead letter or a draft: it says which chat has it.
 *
 * @param partId unique within the chat
 */
record ChatPartId(String chatId, String partId) {

    private static final char SEPARATOR = '.';

    /** As in the API. */
    String text() {
        return chatId + SEPARATOR + partId;
    }

    /** Empty when no such id can be. */
    static Optional<ChatPartId> parse(String text) {
        int end = text.lastIndexOf(SEPARATOR);
        return Parameters.isId(text) && end > 0
                ? Optional.of(new ChatPartId(text.substring(0, end), text.substring(end + 1)))
                : Optional.empty();
    }
}
