package io.vibee.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.boot.PlainCipher;
import io.vibee.cluster.JournaledEntity.Then;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.account.AccountEvent;
import io.vibee.protocol.account.AccountState;
import io.vibee.protocol.account.AccountView;
import io.vibee.protocol.account.Availability;
import io.vibee.protocol.account.GrantKey;
import io.vibee.protocol.account.OutsideHours;
import io.vibee.protocol.account.QuietHours;
import io.vibee.protocol.account.UsageView;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An account decides, without an actor")
class AccountMachineTest {

    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
    private static final DailyLimits LIMITS = new DailyLimits(2, 0);

    private final PlainCipher key = new PlainCipher();
    private final Quota quota = new Quota(new DailyLimits.ByTier(LIMITS, LIMITS));
    private final AccountMachine machine = new AccountMachine("usr_1", quota, this::now);
    private final List<AccountEvent> events = new ArrayList<>();
    private final List<AccountEffect> others = new ArrayList<>();
    private AccountState state = AccountState.NEW;
    private boolean fails;

    private Instant now() {
        if (fails) {
            throw new IllegalStateException("what a person wrote");
        }
        return NOON;
    }

    @BeforeEach
    void open() {
        StatusReply<Done> opened = ask(replyTo -> new AccountCommand.Open("free", replyTo));
        assertThat(opened.isSuccess()).isTrue();
    }

    private Then tell(AccountCommand command) {
        AccountDecision decision = machine.step(state, command);
        for (AccountEvent event : decision.events()) {
            state = AccountHistory.apply(state, event);
            events.add(event);
        }
        machine.stored(decision.events());
        decision.effects().forEach(this::run);
        return decision.then();
    }

    private void run(AccountEffect effect) {
        switch (effect) {
            case AccountEffect.Reply<?> reply -> reply.send();
            case AccountEffect.TakeFromBlock take -> run(machine.take(state, take.grant()));
            case AccountEffect.FlushAfter flush -> {}
            default -> others.add(effect);
        }
    }

    private <T> T ask(Function<ActorRef<T>, AccountCommand> command) {
        TestInbox<T> inbox = TestInbox.create();
        assertThat(tell(command.apply(inbox.getRef()))).isEqualTo(Then.GO_ON);
        return inbox.receiveMessage();
    }

    private GrantReply grant(String call) {
        return ask(replyTo -> new AccountCommand.Grant(new GrantKey("cht_1", call, 0), replyTo));
    }

    private void settle(String call, boolean made) {
        tell(new AccountCommand.Settle(new GrantKey("cht_1", call, 0), made, 5, 3, 1));
    }

    private AccountView persona(@Nullable QuietHours hours) {
        return new AccountView("Ann, a baker", null, "UTC", hours, Availability.ALWAYS, null);
    }

    private StatusReply<AccountView> change(AccountView settings) {
        return ask(replyTo -> new AccountCommand.ChangeSettings(settings, replyTo));
    }

    @Test
    @DisplayName("to grant no more calls than the day has, the same one twice, and one that was not made to another")
    void exact() {
        assertThat(grant("a")).isInstanceOf(GrantReply.Granted.class);
        assertThat(grant("a")).isInstanceOf(GrantReply.Granted.class);
        assertThat(grant("b")).isInstanceOf(GrantReply.Granted.class);
        assertThat(grant("c")).isInstanceOf(GrantReply.Exhausted.class);
        settle("b", false);
        assertThat(grant("c")).isInstanceOf(GrantReply.Granted.class);
        settle("a", true);
        settle("c", true);
        assertThat(grant("d")).isInstanceOf(GrantReply.Exhausted.class);
    }

    @Test
    @DisplayName("to store what was used when it stops, and to stay while something is to be stored")
    void stops() {
        grant("a");
        settle("a", true);
        tell(AccountStep.Idle.NOW);
        assertThat(others).doesNotContain(new AccountEffect.Passivate());

        assertThat(tell(AccountStep.Stop.NOW)).isEqualTo(Then.STOP);
        assertThat(events.getLast()).isInstanceOf(AccountEvent.CallsSettled.class);
        tell(AccountStep.Idle.NOW);
        assertThat(others).contains(new AccountEffect.Passivate());
    }

    @Test
    @DisplayName("to have who needs its key wait for one look, and to refuse them when it can't be had")
    void waits() {
        TestInbox<StatusReply<AccountView>> asker = TestInbox.create();
        AccountCommand change = new AccountCommand.ChangeSettings(persona(null), asker.getRef());
        assertThat(tell(change)).isEqualTo(Then.STASH);
        assertThat(tell(change)).isEqualTo(Then.STASH);
        assertThat(others).containsOnlyOnce(new AccountEffect.LoadKey());

        assertThat(tell(new AccountStep.KeyUnavailable(new IllegalStateException("away"))))
                .isEqualTo(Then.UNSTASH);
        assertThat(tell(change)).isEqualTo(Then.GO_ON);
        assertThat(Refusal.UNAVAILABLE.isIn(asker.receiveMessage().getError())).isTrue();
        tell(AccountStep.KeyRefused.NOW);
        others.clear();
        assertThat(tell(change)).isEqualTo(Then.STASH);
        assertThat(others).contains(new AccountEffect.LoadKey());

        assertThat(tell(new AccountStep.KeyReady(key))).isEqualTo(Then.UNSTASH);
        assertThat(change(persona(null)).getValue().persona()).isEqualTo("Ann, a baker");
        assertThat(events.getLast().toString()).doesNotContain("baker");
    }

    @Test
    @DisplayName("to store nothing after its erasure, also of calls that end later")
    void erased() {
        grant("a");
        grant("b");
        settle("a", true);
        StatusReply<Done> erased = ask(AccountCommand.Erase::new);
        settle("b", true);
        tell(AccountStep.Flush.NOW);
        tell(AccountStep.Stop.NOW);

        assertThat(erased.isSuccess()).isTrue();
        assertThat(events)
                .extracting(event -> event.getClass().getSimpleName())
                .endsWith("CallsSettled", "AccountErased");
    }

    @Test
    @DisplayName("to grant nothing in quiet hours")
    void quiet() {
        tell(new AccountStep.KeyReady(key));
        change(persona(new QuietHours(LocalTime.of(11, 0), LocalTime.of(13, 0))));

        Instant began = NOON.minus(Duration.ofHours(1));
        assertThat(grant("a")).isEqualTo(new GrantReply.Quiet(began, null));
        change(outside(OutsideHours.NOTICE, new QuietHours(LocalTime.of(11, 0), LocalTime.of(13, 0))));
        assertThat(grant("a")).isEqualTo(new GrantReply.Quiet(began, "I am asleep."));
    }

    @Test
    @DisplayName("to have what comes in quiet hours wait for leave, if its owner wants that")
    void drafts() {
        tell(new AccountStep.KeyReady(key));
        change(outside(OutsideHours.DRAFT, new QuietHours(LocalTime.of(11, 0), LocalTime.of(13, 0))));
        assertThat(grant("a")).isEqualTo(new GrantReply.Granted("Ann, a baker", null, false, true));

        change(outside(OutsideHours.DRAFT, new QuietHours(LocalTime.of(13, 0), LocalTime.of(14, 0))));
        assertThat(grant("a")).isEqualTo(new GrantReply.Granted("Ann, a baker", null, false, false));
    }

    private AccountView outside(OutsideHours what, QuietHours hours) {
        return new AccountView("Ann, a baker", null, "UTC", hours, new Availability(null, what), "I am asleep.");
    }

    @Test
    @DisplayName("to refuse whoever's command its own code fails at, and to begin anew at a message of its own")
    void fault() {
        fails = true;
        StatusReply<UsageView> refused = ask(AccountCommand.GetUsage::new);
        assertThat(grant("a")).isEqualTo(new GrantReply.Unavailable(Refusal.FAULT));
        assertThatThrownBy(() -> tell(AccountStep.Flush.NOW)).isInstanceOf(IllegalStateException.class);

        assertThat(Refusal.FAULT.isIn(refused.getError())).isTrue();
    }
}
