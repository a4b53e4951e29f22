package io.vibee.account;

import io.vibee.cluster.Defect;
import io.vibee.cluster.JournaledEntity.Then;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.account.AccountEvent;
import io.vibee.protocol.account.AccountSettings;
import io.vibee.protocol.account.AccountState;
import io.vibee.protocol.account.AccountView;
import io.vibee.protocol.account.OutsideHours;
import io.vibee.protocol.stored.EventHead;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that an account decides, without an actor: from its state and what it is told to the events to store and the effects to do then.
 * What it knows only while it lives it keeps in its {@link Quota} and its {@link SettingsKey}. Not thread-safe.
 */
final class AccountMachine {

    private static final Logger LOG = LoggerFactory.getLogger(AccountMachine.class);

    /** Settlements are stored together after this time. */
    private static final Duration FLUSH_AFTER = Duration.ofSeconds(2);

    /** A block that is never settled is looked at after this time. */
    private static final Duration LOOK_AFTER_BLOCKS = Duration.ofMinutes(1);

    private final String userId;
    private final Quota quota;
    private final InstantSource clock;
    private final SettingsKey key = new SettingsKey();

    /**
     * @param quota outlives faults of the account, so that the quota stays exact
     */
    AccountMachine(String userId, Quota quota, InstantSource clock) {
        this.userId = userId;
        this.quota = quota;
        this.clock = clock;
    }

    /** What a new incarnation begins with, also after a write that failed. */
    AccountDecision recovered() {
        return quota.dirty()
                ? AccountDecision.NOTHING.run(new AccountEffect.FlushAfter(FLUSH_AFTER, true))
                : AccountDecision.NOTHING;
    }

    /**
     * Decides on a command. When the account's own code fails, it refuses whoever asks.
     *
     * @throws RuntimeException when it fails at a message of its own: it has to begin again
     */
    AccountDecision step(AccountState state, AccountCommand command) {
        try {
            return decide(state, command);
        } catch (RuntimeException | Error failure) {
            if (Defect.isFatal(failure) || command instanceof AccountCommand.Internal) {
                throw failure;
            }
            return refused(command).run(new AccountEffect.Report(Defect.of(failure)));
        }
    }

    /** These events are stored. If the write had failed, the quota must not have forgotten them. */
    void stored(List<AccountEvent> events) {
        quota.stored(events);
    }

    /** Takes a call from the block that was just stored, and says so. */
    AccountEffect take(AccountState stored, AccountCommand.Grant grant) {
        quota.grant(stored, grant.key(), now());
        return new AccountEffect.Reply<>(grant.replyTo(), granted(stored));
    }

    private AccountDecision decide(AccountState state, AccountCommand command) {
        return switch (command) {
            case AccountCommand.Open open ->
                changed(
                        state.opened()
                                ? Optional.empty()
                                : Optional.of(new AccountEvent.AccountOpened(head(), open.tier())),
                        open.replyTo());
            case AccountCommand.ChangeTier change -> changeTier(state, change);
            case AccountCommand.GetSettings get -> getSettings(state, get);
            case AccountCommand.GetUsage get ->
                AccountDecision.NOTHING.reply(
                        get.replyTo(),
                        state.opened()
                                ? StatusReply.success(quota.usage(state, now()))
                                : Refusal.ACCOUNT_NOT_FOUND.reply());
            case AccountCommand.ChangeSettings change -> changeSettings(state, change);
            case AccountCommand.Erase erase ->
                AccountDecision.store(state.opened() ? lastEvents(state) : List.of())
                        .reply(erase.replyTo(), StatusReply.ack());
            case AccountCommand.Grant grant -> grant(state, grant);
            case AccountCommand.Settle settle -> {
                // Nothing is counted for a user who is erased.
                if (!state.opened()) {
                    yield AccountDecision.NOTHING;
                }
                quota.settle(state, settle);
                yield AccountDecision.NOTHING.run(new AccountEffect.FlushAfter(FLUSH_AFTER, true));
            }
            case AccountCommand.Internal internal -> decide(state, (AccountStep) internal);
        };
    }

    private AccountDecision decide(AccountState state, AccountStep step) {
        return switch (step) {
            case AccountStep.KeyReady ready -> {
                key.found(ready.key());
                yield AccountDecision.NOTHING.then(Then.UNSTASH);
            }
            case AccountStep.KeyUnavailable unavailable -> {
                LOG.warn(
                        "the account's key can't be had: {}",
                        unavailable.cause().toString());
                key.refuse();
                yield AccountDecision.NOTHING
                        .run(new AccountEffect.Tell(AccountStep.KeyRefused.NOW))
                        .then(Then.UNSTASH);
            }
            case AccountStep.KeyRefused refused -> {
                key.askAgain();
                yield AccountDecision.NOTHING;
            }
            case AccountStep.Flush flush -> AccountDecision.store(quota.flush(state, head()));
            case AccountStep.Idle idle ->
                quota.dirty() ? AccountDecision.NOTHING : AccountDecision.NOTHING.run(new AccountEffect.Passivate());
            case AccountStep.Stop stop ->
                AccountDecision.store(quota.flush(state, head())).then(Then.STOP);
        };
    }

    /** Stores an event if there is one; done either way. */
    private static AccountDecision changed(Optional<AccountEvent> event, ActorRef<StatusReply<Done>> replyTo) {
        return AccountDecision.store(event.stream().toList()).reply(replyTo, StatusReply.ack());
    }

    /** What was used so far, and that no more will be: nothing is stored after an erasure. */
    private List<AccountEvent> lastEvents(AccountState state) {
        List<AccountEvent> events = quota.flush(state, head());
        events.add(new AccountEvent.AccountErased(head()));
        return events;
    }

    private AccountDecision changeTier(AccountState state, AccountCommand.ChangeTier change) {
        if (!state.opened()) {
            return AccountDecision.NOTHING.reply(change.replyTo(), Refusal.ACCOUNT_NOT_FOUND.reply());
        }
        boolean same = state.tier().equals(change.tier());
        return changed(
                same ? Optional.empty() : Optional.of(new AccountEvent.TierChanged(head(), change.tier())),
                change.replyTo());
    }

    private AccountDecision getSettings(AccountState state, AccountCommand.GetSettings get) {
        if (!state.opened()) {
            return AccountDecision.NOTHING.reply(get.replyTo(), Refusal.ACCOUNT_NOT_FOUND.reply());
        }
        return key.opens(state.settings())
                ? AccountDecision.NOTHING.reply(get.replyTo(), StatusReply.success(key.view(state.settings())))
                : waitForKey(get.replyTo(), Refusal.UNAVAILABLE.reply());
    }

    private AccountDecision changeSettings(AccountState state, AccountCommand.ChangeSettings change) {
        if (!state.opened() || key.isErased()) {
            return AccountDecision.NOTHING.reply(change.replyTo(), Refusal.ACCOUNT_NOT_FOUND.reply());
        }
        if (!key.isThere()) {
            return waitForKey(change.replyTo(), Refusal.UNAVAILABLE.reply());
        }
        var changed = new AccountEvent.SettingsChanged(head(), key.sealed(change.settings()));
        AccountView view = key.view(changed.settings());
        return AccountDecision.store(List.of(changed)).reply(change.replyTo(), StatusReply.success(view));
    }

    private AccountDecision grant(AccountState state, AccountCommand.Grant grant) {
        if (!state.opened()) {
            return AccountDecision.NOTHING.reply(
                    grant.replyTo(), new GrantReply.Unavailable(Refusal.ACCOUNT_NOT_FOUND));
        }
        if (!key.opens(state.settings())) {
            return waitForKey(grant.replyTo(), new GrantReply.Unavailable(Refusal.UNAVAILABLE));
        }
        OutsideHours outside = state.settings().availabilityInEffect().outside();
        if (outside != OutsideHours.DRAFT) {
            Optional<Instant> quiet = QuietTime.since(state.settings(), now());
            if (quiet.isPresent()) {
                String notice = outside == OutsideHours.NOTICE ? key.notice(state.settings()) : null;
                return AccountDecision.NOTHING.reply(grant.replyTo(), new GrantReply.Quiet(quiet.get(), notice));
            }
        }
        if (quota.grant(state, grant.key(), now())) {
            return AccountDecision.NOTHING.reply(grant.replyTo(), granted(state));
        }
        Quota.NextBlock next = quota.nextBlock(state, head());
        AccountDecision stored = AccountDecision.store(next.events());
        return next.reserved()
                ? stored.run(new AccountEffect.TakeFromBlock(grant))
                        .run(new AccountEffect.FlushAfter(LOOK_AFTER_BLOCKS, false))
                : stored.reply(grant.replyTo(), new GrantReply.Exhausted(quota.nextDay(now())));
    }

    private GrantReply granted(AccountState state) {
        AccountSettings settings = state.settings();
        return new GrantReply.Granted(
                key.persona(settings),
                settings.language(),
                DailyLimits.PAID.equals(state.tier()),
                settings.availabilityInEffect().outside() == OutsideHours.DRAFT && QuietTime.is(settings, now()));
    }

    /** The command comes again when the key is there. Nobody waits for one that can't be had. */
    private <T> AccountDecision waitForKey(ActorRef<T> replyTo, T refusal) {
        if (key.isRefused()) {
            return AccountDecision.NOTHING.reply(replyTo, refusal);
        }
        AccountDecision stashed = AccountDecision.NOTHING.then(Then.STASH);
        return key.want() ? stashed.run(new AccountEffect.LoadKey()) : stashed;
    }

    private static AccountDecision refused(AccountCommand command) {
        return switch (command) {
            case AccountCommand.Open open -> refused(open.replyTo());
            case AccountCommand.ChangeTier change -> refused(change.replyTo());
            case AccountCommand.GetSettings get -> refused(get.replyTo());
            case AccountCommand.GetUsage get -> refused(get.replyTo());
            case AccountCommand.ChangeSettings change -> refused(change.replyTo());
            case AccountCommand.Erase erase -> refused(erase.replyTo());
            case AccountCommand.Grant grant ->
                AccountDecision.NOTHING.reply(grant.replyTo(), new GrantReply.Unavailable(Refusal.FAULT));
            case AccountCommand.Settle settle -> AccountDecision.NOTHING;
            case AccountCommand.Internal internal -> AccountDecision.NOTHING;
        };
    }

    private static <T> AccountDecision refused(ActorRef<StatusReply<T>> replyTo) {
        return AccountDecision.NOTHING.reply(replyTo, Refusal.FAULT.reply());
    }

    private EventHead head() {
        return new EventHead(userId, "", false, now());
    }

    private Instant now() {
        return clock.instant();
    }
}
