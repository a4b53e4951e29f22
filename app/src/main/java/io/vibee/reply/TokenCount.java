package io.vibee.reply;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingResult;
import com.knuddels.jtokkit.api.EncodingType;
import io.vibee.reply.ReplyOutcome.Usage;

/** What a text takes, and what a call used where the provider does not say: counted with OpenAI's o200k_base, an estimate for other models. */
final class TokenCount {

    /** What the chat format adds to each message, and to the whole: by OpenAI's cookbook. */
    private static final int PER_MESSAGE = 3;

    private static final int PER_REPLY = 3;

    private TokenCount() {}

    /** The vocabulary takes some MB: only for who needs it. */
    private static final class Vocabulary {
        static final Encoding O200K = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
    }

    static Usage of(Prompt prompt, String answer) {
        long given = (long) count(prompt.system()) + PER_MESSAGE + PER_REPLY;
        for (Prompt.Message message : prompt.messages()) {
            given += count(message.content()) + PER_MESSAGE;
        }
        return new Usage(given, count(answer));
    }

    /** What people write is text, whatever control token of a model it looks like. */
    static int count(String text) {
        return Vocabulary.O200K.countTokensOrdinary(text);
    }

    /** As much of the beginning of a text as is in so many tokens, and never a part of a character. */
    static String cut(String text, int tokens) {
        // A token is a byte or more, and a UTF-16 unit three at most: what is short needs no counting.
        if (3L * text.length() <= tokens) {
            return text;
        }
        EncodingResult begin = Vocabulary.O200K.encodeOrdinary(text, tokens);
        return begin.isTruncated() ? Vocabulary.O200K.decode(begin.getTokens()) : text;
    }
}
