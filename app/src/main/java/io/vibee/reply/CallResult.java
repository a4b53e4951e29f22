package io.vibee.reply;

import io.vibee.reply.ReplyObserver.CallOutcome;
import io.vibee.reply.ReplyOutcome.Usage;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What one call to one provider gave. Causes are our own words, for a provider's may repeat a part of the key. */
sealed interface CallResult {
    CallOutcome outcome();

    record Answer(String text, String model, Usage usage) implements CallResult {
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
        REQUEST
    }
}
