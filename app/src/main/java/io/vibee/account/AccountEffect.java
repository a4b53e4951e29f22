package io.vibee.account;

import io.vibee.cluster.Defect;
import io.vibee.protocol.account.AccountCommand;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;

/** What an account does to the world around it, as a value, when the events of its step are stored. */
sealed interface AccountEffect {

    record Reply<T>(ActorRef<T> to, T message) implements AccountEffect {
        void send() {
            to.tell(message);
        }
    }

    /** Takes a call from the block that was just stored. */
    record TakeFromBlock(AccountCommand.Grant grant) implements AccountEffect {}

    /** Looks the key of its settings up. Answered by {@link AccountStep.KeyReady} or {@link AccountStep.KeyUnavailable}. */
    record LoadKey() implements AccountEffect {}

    /**
     * Has {@link AccountStep.Flush} come after a time.
     *
     * @param anew whether in the place of one that is to come
     */
    record FlushAfter(Duration delay, boolean anew) implements AccountEffect {}

    record Tell(AccountStep step) implements AccountEffect {}

    /** Asks to be forgotten by the node until somebody needs the account. */
    record Passivate() implements AccountEffect {}

    /** Tells people who run the service. */
    record Report(Defect defect) implements AccountEffect {}
}
