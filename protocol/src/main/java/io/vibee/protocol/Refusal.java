package io.vibee.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/** Why an entity does not do what it is asked. Whoever asks for a user hears that another's entity is not found. */
public enum Refusal {
    /** The account was never opened, or is erased. */
    ACCOUNT_NOT_FOUND,
    /** The session is unknown, another's, or disconnected. */
    SESSION_NOT_FOUND,
    /** The chat is unknown or another's. */
    CHAT_NOT_FOUND,
    /** The chat never had such a dead letter. */
    DEAD_LETTER_NOT_FOUND,
    /** The dead letter was retried or dropped already. */
    DEAD_LETTER_SETTLED,
    /** No answer of this id ever waited for leave in the chat. */
    DRAFT_NOT_FOUND,
    /** It was decided on the answer already, or nobody did in time. */
    DRAFT_SETTLED,
    /** Telegram refused the bot's token; the bot needs a new one. */
    TOKEN_REVOKED,
    /** The session is a person's who is connected to the operator's bot: it has no token and no delivery of its own. */
    NO_TOKEN,
    /** The Idempotency-Key was used for another text. */
    IDEMPOTENCY_KEY_REUSED,
    /** The text has no visible character. */
    TEXT_INVISIBLE,
    /** Too many messages of the chat wait to be sent already. */
    CHAT_OVERLOADED,
    /** Too much is being answered at once. */
    BUSY,
    /** What the entity needs is away; later it may do. */
    UNAVAILABLE,
    /** The entity's own code failed: the same would fail again. */
    FAULT,
    /** A refusal of a newer node, which this one does not know. */
    UNKNOWN;

    /** As it goes from node to node. */
    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The refusal of a wire name; {@link #UNKNOWN} for any other text. */
    @JsonCreator
    public static Refusal of(String wireName) {
        return Arrays.stream(values())
                .filter(refusal -> refusal.wireName().equals(wireName))
                .findFirst()
                .orElse(UNKNOWN);
    }

    /** The reply that says so. Who asked with a status gets a {@link RefusedException}. */
    public <T> StatusReply<T> reply() {
        return StatusReply.error(new RefusedException(this));
    }

    /** The refusal with which an ask failed; empty when it failed in another way. */
    public static Optional<Refusal> in(@Nullable Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException) {
            cause = cause.getCause();
        }
        return cause instanceof RefusedException refused ? Optional.of(refused.refusal()) : Optional.empty();
    }

    /** Whether an ask failed with this refusal. */
    public boolean isIn(@Nullable Throwable failure) {
        return in(failure).filter(this::equals).isPresent();
    }

    /** An entity did not do what it was asked. It goes from node to node, as its refusal alone. */
    @JsonIncludeProperties("refusal")
    public static final class RefusedException extends RuntimeException implements ClusterMessage {

        private final Refusal refusal;

        @JsonCreator
        public RefusedException(@JsonProperty("refusal") Refusal refusal) {
            super(refusal.wireName(), null, false, false);
            this.refusal = refusal;
        }

        @JsonProperty("refusal")
        public Refusal refusal() {
            return refusal;
        }
    }
}
