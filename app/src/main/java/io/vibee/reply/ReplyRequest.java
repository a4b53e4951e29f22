package io.vibee.reply;

/**
 * One text to be written. The ids tell whose it is, in logs and in fair shares.
 *
 * @param language as guessed from the message, an ISO 639-1 code
 * @param paid whether the owner is of the paid tier
 * @param streamed whether the text may be shown while it comes
 */
public record ReplyRequest(
        String owner,
        String chatId,
        String messageId,
        Prompt prompt,
        String language,
        boolean paid,
        Purpose purpose,
        boolean streamed) {

    /** What the text is for. */
    public enum Purpose {
        /** It answers a message. */
        REPLY,
        /** It sums up what was said earlier in a chat. */
        SUMMARY
    }

    /** One whose text is not shown before it is whole. */
    public ReplyRequest(
            String owner,
            String chatId,
            String messageId,
            Prompt prompt,
            String language,
            boolean paid,
            Purpose purpose) {
        this(owner, chatId, messageId, prompt, language, paid, purpose, false);
    }

    /** The same, shown while it comes or not. */
    public ReplyRequest withStreamed(boolean other) {
        return new ReplyRequest(owner, chatId, messageId, prompt, language, paid, purpose, other);
    }
}
