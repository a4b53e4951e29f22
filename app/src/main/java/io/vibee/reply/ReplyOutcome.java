package io.vibee.reply;

import java.time.Duration;

/** What became of a request. Each request has exactly one. */
public sealed interface ReplyOutcome {

    /** A model's answer, never blank. {@code tries} counts all calls made for it, this one included. */
    record Answered(String text, String provider, String model, Usage usage, int tries) implements ReplyOutcome {
        @Override
        public String toString() {
            return "Answered[" + text.length() + " chars, " + provider + ", " + model + ", " + usage + ", tries "
                    + tries + "]";
        }
    }

    /** No provider gave an answer; asking again at once would not help. {@code cause} is short and safe to show. */
    record Failed(String cause, int tries) implements ReplyOutcome {}

    /** Nothing was tried: the engine is full or stopping. Ask again, at the earliest after {@code retryAfter}. */
    record Saturated(Duration retryAfter) implements ReplyOutcome {}

    /** Tokens as the provider counted them or, where it said nothing, as we do. */
    record Usage(long promptTokens, long completionTokens) {}
}
