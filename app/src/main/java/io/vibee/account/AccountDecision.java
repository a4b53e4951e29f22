package io.vibee.account;

import io.vibee.cluster.JournaledEntity.Then;
import io.vibee.protocol.account.AccountEvent;
import java.util.List;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What comes of one step of an account.
 *
 * @param events to store, all or none
 * @param effects to do then, in order
 */
record AccountDecision(List<AccountEvent> events, List<AccountEffect> effects, Then then) {

    static final AccountDecision NOTHING = new AccountDecision(List.of(), List.of(), Then.GO_ON);

    AccountDecision {
        events = List.copyOf(events);
        effects = List.copyOf(effects);
    }

    static AccountDecision store(List<? extends AccountEvent> events) {
        return new AccountDecision(List.copyOf(events), List.of(), Then.GO_ON);
    }

    AccountDecision run(AccountEffect effect) {
        return new AccountDecision(
                events, Stream.concat(effects.stream(), Stream.of(effect)).toList(), then);
    }

    <T> AccountDecision reply(ActorRef<T> to, T message) {
        return run(new AccountEffect.Reply<>(to, message));
    }

    AccountDecision then(Then what) {
        return new AccountDecision(events, effects, what);
    }
}
