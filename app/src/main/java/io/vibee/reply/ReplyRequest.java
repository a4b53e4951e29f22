package io.vibee.reply;

/**
 * One text to be written. The ids tell whose it is, in logs and in fair shares.
 *
 * @param language as guessed from the message, an ISO 639-1 code
 * @param paid whether the owner is of the paid tier
 */
public record ReplyRequest(
        String owner, String chatId, String messageId, Prompt prompt, String language, boolean paid, Purpose purpose) {

    /** What the text is for. */
    public enum Purpose {
        /** It answers a message. */
        REPLY,
        /** It sums up what was said earlier in a chat. */
        SUMMARY
    }
}
