package io.vibee.reply;

import io.vibee.reply.ReplyObserver.CallOutcome;
import io.vibee.reply.ReplyOutcome.Usage;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What one call to one provider gave. Causes are our own words, for a provider's may repeat a part of the key. */
sealed interface CallResult {
    CallOutcome outcome();

    /**
     * The text of a model.
     *
     * @param cut whether it was stopped because it may write no more; the text then ends at a sentence
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

    /** May go better the next time, not before {@code retryAfter} where the provider said so. */
    record Retryable(
            CallOutcome outcome, String cause, @Nullable Duration retryAfter) implements CallResult {
        Retryable(CallOutcome outcome, String cause) {
            this(outcome, cause, null);
        }
    }

    /** The prompt is longer than the model takes: a shorter one may do. */
    record TooLong(String cause) implements CallResult {
        @Override
        public CallOutcome outcome() {
            return CallOutcome.REFUSED;
        }
    }

    /** The request asked for something that this provider refuses and that it can go without: from now on it does. */
    record Unsupported(String cause, ProviderTraits.Option option) implements CallResult {
        @Override
        public CallOutcome outcome() {
            return CallOutcome.REFUSED;
        }
    }

    /** Will not go better with this provider. */
    record Refused(String cause, Fault fault) implements CallResult {
        @Override
        public CallOutcome outcome() {
            return CallOutcome.REFUSED;
        }
    }

    /** Where the reason for a refusal lies. */
    enum Fault {
        /** The key, the money or the model: all calls to this provider end so until somebody changes it. */
        ACCOUNT,
        /** What is said in this conversation: another provider may see it otherwise. */
        CONTENT,
        /** How it is asked: no provider will understand it. */
        REQUEST,
        /** Nobody knows: not the API said it but something before it, as a proxy or a firewall. It concerns this call only. */
        BETWEEN
    }
}
