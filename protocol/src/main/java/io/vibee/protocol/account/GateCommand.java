package io.vibee.protocol.account;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.vibee.protocol.ClusterMessage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** What a user's gate is asked. The gate stands before the API and keeps nothing that must survive. */
public sealed interface GateCommand {

    /** Messages that never leave the gate's own node. */
    non-sealed interface Internal extends GateCommand {}

    /**
     * May this request of the user pass?
     *
     * @param tokenVersion the version in the request's access token
     * @param family the sign-in from which the token came, or null in one from before that was told
     */
    record Admit(int tokenVersion, @Nullable String family, ActorRef<Admission> replyTo)
            implements GateCommand, ClusterMessage {}

    /** A sign-in was ended, and so are the access tokens that came from it. */
    record EndFamily(String family, ActorRef<Done> replyTo) implements GateCommand, ClusterMessage {}

    /** The user's row was changed. Requests after the answer are judged by the new row. */
    record Reload(ActorRef<Done> replyTo) implements GateCommand, ClusterMessage {}

    /** The answer to an {@link Admit}. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Admission.Admitted.class, name = "admitted"),
        @JsonSubTypes.Type(value = Admission.Limited.class, name = "limited"),
        @JsonSubTypes.Type(value = Admission.Refused.class, name = "refused"),
        @JsonSubTypes.Type(value = Admission.Unavailable.class, name = "unavailable")
    })
    sealed interface Admission extends ClusterMessage {

        record Admitted() implements Admission {}

        /**
         * Too many requests.
         *
         * @param retryAfterMillis when the next one passes
         */
        record Limited(long retryAfterMillis) implements Admission {}

        /** The user is unknown or suspended, or the token has an older version or comes from a sign-in that was ended. */
        record Refused() implements Admission {}

        /** The user's row could not be read. */
        record Unavailable() implements Admission {}
    }
}
