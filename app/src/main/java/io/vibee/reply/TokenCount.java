package io.vibee.reply;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingResult;
import com.knuddels.jtokkit.api.EncodingType;

/** Counts the tokens of a text in OpenAI's o200k_base, which is an estimate for other models. */
public final class TokenCount {

    private TokenCount() {}

    /** The vocabulary takes some MB, so it is loaded only when needed. */
    private static final class Vocabulary {
        static final Encoding O200K = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
    }

    /** The tokens of a text. What people write is text, even if it looks like a model's control token. */
    public static int count(String text) {
        return Vocabulary.O200K.countTokensOrdinary(text);
    }

    /** The beginning of a text, up to so many tokens, never with a part of a character. */
    static String cut(String text, int tokens) {
        // A token has at least one byte, a UTF-16 unit at most three. So a short text needs no counting.
        if (3L * text.length() <= tokens) {
            return text;
        }
        EncodingResult begin = Vocabulary.O200K.encodeOrdinary(text, tokens);
        return begin.isTruncated() ? Vocabulary.O200K.decode(begin.getTokens()) : text;
    }
}
