package io.vibee.protocol.account;

import io.vibee.protocol.ClusterMessage;
import org.apache.pekko.actor.typed.ActorRef;

/** What is asked of those who count tries to sign in, each for its part of the names. They keep nothing that must survive. */
public sealed interface SignInTriesCommand {

    /** Messages that never leave their receiver's own node. */
    non-sealed interface Internal extends SignInTriesCommand {}

    /** Counts the try, if it may be made. */
    record Take(SignInTry made, ActorRef<Taken> replyTo) implements SignInTriesCommand, ClusterMessage {}

    /** A try that was counted succeeded, or was not judged. */
    record GiveBack(SignInTry made) implements SignInTriesCommand, ClusterMessage {}

    /**
     * The answer to a {@link Take}.
     *
     * @param waitMillis until the next try may be made; 0: this one may
     */
    record Taken(long waitMillis) implements ClusterMessage {}
}
