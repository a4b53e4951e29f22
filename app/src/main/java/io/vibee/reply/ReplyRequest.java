package io.vibee.reply;

import io.vibee.protocol.chat.Forbidden;
import java.util.Set;

/**
 * One text that a model is to write. The ids say whose it is, for logs and fair shares.
 *
 * @param keyId of the chat's data key
 * @param language as guessed from the message, an ISO 639-1 code
 * @param paid whether the owner is of the paid tier
 * @param forbidden what the text may not contain
 * @param streamed whether the text may be shown while the model writes it
 */
public record ReplyRequest(
        String owner,
        String chatId,
        String keyId,
        String messageId,
        Prompt prompt,
        String language,
        boolean paid,
        Purpose purpose,
        Set<Forbidden> forbidden,
        boolean streamed) {

    /** What the text is for. */
    public enum Purpose {
        /** It answers a message. */
        REPLY,
        /** It sums up what was said earlier in a chat. */
        SUMMARY
    }

    public ReplyRequest {
        forbidden = Set.copyOf(forbidden);
    }

    /** The same request, shown while it comes or not. */
    public ReplyRequest withStreamed(boolean other) {
        return new ReplyRequest(owner, chatId, keyId, messageId, prompt, language, paid, purpose, forbidden, other);
    }
}
