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

    /** Will not go better with this provider. */
    record Final(String cause) implements CallResult {
        @Override
        public CallOutcome outcome() {
            return CallOutcome.REFUSED;
        }
    }
}
