package io.vibee.reply;

import io.vibee.reply.ReplyObserver.CallOutcome;
import io.vibee.reply.ReplyOutcome.Usage;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The result of one call to one provider. Causes are our own words: a provider's words may repeat a part of the key. */
sealed interface CallResult {
    CallOutcome outcome();

    /**
     * The text of a model.
     *
     * @param cut whether the model stopped because it may write no more; the text then ends at a sentence
     */
    record Answer(String text, String model, Usage usage, boolean cut) implements CallResult {
        Answer(String text, String model, Usage usage) {
            this(text, model, usage, false);
        }

        @Override
        public CallOutcome outcome() {
            return CallOutcome.ANSWERED;
        }
    }

    /** A later call may succeed, not before {@code retryAfter} if the provider gave it. */
    record Retryable(
            CallOutcome outcome, String cause, @Nullable Duration retryAfter) implements CallResult {
        Retryable(CallOutcome outcome, String cause) {
            this(outcome, cause, null);
        }
    }

    /** The prompt is longer than the model takes. A shorter one may pass. */
    record TooLong(String cause) implements CallResult {
        @Override
        public CallOutcome outcome() {
            return CallOutcome.REFUSED;
        }
    }

    /** The provider refuses something that the request can do without. Later requests leave it out. */
    record Unsupported(String cause, ProviderTraits.Option option) implements CallResult {
        @Override
        public CallOutcome outcome() {
            return CallOutcome.REFUSED;
        }
    }

    /** No later call to this provider will succeed. */
    record Refused(String cause, Fault fault) implements CallResult {
        @Override
        public CallOutcome outcome() {
            return CallOutcome.REFUSED;
        }
    }

    /** What a refusal concerns. */
    enum Fault {
        /** The key, the money or the model. All calls to this provider end like this until somebody changes it. */
        ACCOUNT,
        /** The content of this conversation. Another provider may accept it. */
        CONTENT,
        /** The form of the request. No provider will understand it. */
        REQUEST,
        /** Unknown: not the API refused it but something before it, such as a proxy or a firewall. It concerns this call only. */
        BETWEEN
    }
}
