package io.vibee.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.boot.Entity;
import io.vibee.journal.ThrowsIn;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.account.AccountEvent.AccountOpened;
import io.vibee.protocol.account.AccountEvent.BlockReserved;
import io.vibee.protocol.account.AccountEvent.BudgetEnded;
import io.vibee.protocol.account.AccountEvent.CallsSettled;
import io.vibee.protocol.account.AccountEvent.SettingsChanged;
import io.vibee.protocol.account.AccountEvent.TierChanged;
import io.vibee.protocol.account.AccountView;
import io.vibee.protocol.account.Availability;
import io.vibee.protocol.account.GrantKey;
import io.vibee.protocol.account.QuietHours;
import io.vibee.protocol.account.UsageView;
import io.vibee.protocol.stored.EventHead;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.pattern.StatusReply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("An account")
@Timeout(120)
@Tag("actors")
class AccountTest {

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static Entity entity;

    private final String userId = "usr_" + NUMBER.incrementAndGet();
    private final String persistenceId = "Account|" + userId;
    private ActorRef<AccountCommand> account;

    @BeforeAll
    static void start() {
        entity = new Entity();
    }

    @AfterAll
    static void stop() {
        entity.close();
    }

    @BeforeEach
    void spawn() {
        account = spawned(userId, 12);
    }

    private static ActorRef<AccountCommand> spawned(String id, int callsPerDay) {
        return spawned(id, new DailyLimits(callsPerDay, 0));
    }

    private static ActorRef<AccountCommand> spawned(String id, DailyLimits free) {
        DailyLimits.ByTier limits = new DailyLimits.ByTier(free, new DailyLimits(0, 0));
        TestProbe<ClusterSharding.ShardCommand> shard = entity.probe();
        return entity.kit()
                .spawn(Account.create(id, shard.ref(), new AccountDependencies(entity.keys(), limits, entity::now)));
    }

    private <T> T ask(Function<ActorRef<T>, AccountCommand> command) {
        TestProbe<T> probe = entity.probe();
        account.tell(command.apply(probe.ref()));
        return probe.receiveMessage();
    }

    private void open() {
        StatusReply<Done> reply = ask(replyTo -> new AccountCommand.Open("free", replyTo));
        assertThat(reply.isSuccess()).isTrue();
    }

    private GrantReply grant(String message) {
        return ask(replyTo -> new AccountCommand.Grant(new GrantKey("cht_1", message, 0), replyTo));
    }

    private void settle(String message, boolean made) {
        account.tell(new AccountCommand.Settle(new GrantKey("cht_1", message, 0), made, 100, 10, 56));
    }

    private StatusReply<AccountView> change(AccountView settings) {
        return ask(replyTo -> new AccountCommand.ChangeSettings(settings, replyTo));
    }

    private StatusReply<UsageView> usage() {
        return ask(AccountCommand.GetUsage::new);
    }

    private long granted(int wishes) {
        return IntStream.range(0, wishes)
                .filter(i -> grant("m" + i) instanceof GrantReply.Granted)
                .count();
    }

    @Nested
    @DisplayName("that was never opened")
    class Unopened {

        @Test
        @DisplayName("has no settings and grants nothing")
        void nothing() {
            StatusReply<AccountView> settings = ask(AccountCommand.GetSettings::new);

            assertThat(settings.getError()).hasMessage(Refusal.ACCOUNT_NOT_FOUND.wireName());
            assertThat(change(new AccountView(null, null, "UTC", null, Availability.ALWAYS, null))
                            .getError())
                    .hasMessage(Refusal.ACCOUNT_NOT_FOUND.wireName());
            assertThat(usage().getError()).hasMessage(Refusal.ACCOUNT_NOT_FOUND.wireName());
            assertThat(grant("m")).isEqualTo(new GrantReply.Unavailable(Refusal.ACCOUNT_NOT_FOUND));
            assertThat(entity.events(persistenceId)).isEmpty();
        }

        @Test
        @DisplayName("is opened once")
        void openedOnce() {
            open();
            open();

            assertThat(entity.events(persistenceId)).singleElement().isInstanceOf(AccountOpened.class);
        }
    }

    @Nested
    @DisplayName("keeps settings")
    class Settings {

        private final AccountView settings = new AccountView(
                "Bob, a baker",
                "de",
                "Europe/Berlin",
                new QuietHours(LocalTime.of(22, 0), LocalTime.of(7, 0)),
                Availability.ALWAYS,
                null);

        @Test
        @DisplayName("of which the persona is sealed, over a crash too")
        void sealed() {
            open();
            assertThat(change(settings).getValue()).isEqualTo(settings);
            entity.kill(account);
            account = spawned(userId, 12);
            StatusReply<AccountView> read = ask(AccountCommand.GetSettings::new);

            assertThat(read.getValue()).isEqualTo(settings);
            assertThat(entity.events(persistenceId).getLast())
                    .isInstanceOf(SettingsChanged.class)
                    .asString()
                    .doesNotContain("baker");
        }

        @Test
        @DisplayName("and says them with each grant, outside quiet hours")
        void granted() {
            open();
            change(settings);
            assertThat(grant("m")).isEqualTo(new GrantReply.Granted("Bob, a baker", "de", false, false));

            change(new AccountView(
                    null,
                    null,
                    "UTC",
                    new QuietHours(LocalTime.of(11, 0), LocalTime.of(13, 0)),
                    Availability.ALWAYS,
                    null));
            assertThat(grant("m2")).isInstanceOf(GrantReply.Quiet.class);
        }
    }

    @Nested
    @DisplayName("grants calls")
    class Grants {

        @Test
        @DisplayName("exactly as many as the day has, storing blocks before")
        void exact() {
            open();

            assertThat(granted(30)).isEqualTo(12);
            assertThat(grant("m99")).isEqualTo(new GrantReply.Exhausted(Instant.parse("2026-01-03T00:00:00Z")));
            assertThat(entity.events(persistenceId).stream()
                            .filter(BlockReserved.class::isInstance)
                            .map(event -> ((BlockReserved) event).calls()))
                    .containsExactly(10, 1, 1);
        }

        @Test
        @DisplayName("and stores once a day that they are used up")
        void ended() {
            open();
            granted(30);
            granted(30);

            assertThat(entity.events(persistenceId).stream().filter(BudgetEnded.class::isInstance))
                    .singleElement()
                    .isEqualTo(
                            new BudgetEnded(new EventHead(userId, "", false, entity.now()), LocalDate.of(2026, 1, 2)));
            assertThat(usage().getValue().endedAt()).isEqualTo(entity.now());
            entity.kill(account);
            account = spawned(userId, 12);
            granted(1);
            assertThat(entity.events(persistenceId).stream().filter(BudgetEnded.class::isInstance))
                    .hasSize(1);
        }

        @Test
        @DisplayName("by the tier that the user is of, which may change")
        void byTier() {
            open();
            assertThat(granted(13)).isEqualTo(12);

            StatusReply<Done> changed = ask(replyTo -> new AccountCommand.ChangeTier("paid", replyTo));
            ask((ActorRef<StatusReply<Done>> replyTo) -> new AccountCommand.ChangeTier("paid", replyTo));

            assertThat(changed.isSuccess()).isTrue();
            assertThat(grant("paid")).isEqualTo(new GrantReply.Granted(null, null, true, false));
            assertThat(entity.events(persistenceId).stream().filter(TierChanged.class::isInstance))
                    .hasSize(1);
        }

        @Test
        @DisplayName("exactly as many as are left, when many ask at once")
        void concurrent() {
            account = spawned(userId, 60);
            open();
            assertThat(granted(10)).isEqualTo(10);
            IntStream.range(0, 10).forEach(i -> settle("m" + i, true));
            TestProbe<GrantReply> probe = entity.probe();

            IntStream.range(100, 300)
                    .parallel()
                    .forEach(i ->
                            account.tell(new AccountCommand.Grant(new GrantKey("cht_1", "m" + i, 0), probe.ref())));

            assertThat(probe.receiveSeveralMessages(200).stream().filter(GrantReply.Granted.class::isInstance))
                    .hasSize(50);
        }

        @Test
        @DisplayName("until the day's tokens are used up")
        void tokens() {
            account = spawned(userId, new DailyLimits(0, 220));
            open();
            granted(2);
            settle("m0", true);
            assertThat(grant("m2")).isInstanceOf(GrantReply.Granted.class);
            settle("m1", true);

            assertThat(grant("m3")).isEqualTo(new GrantReply.Exhausted(Instant.parse("2026-01-03T00:00:00Z")));
            assertThat(grant("m2")).as("granted before").isInstanceOf(GrantReply.Granted.class);
        }

        @Test
        @DisplayName("once for each key")
        void idempotent() {
            open();
            IntStream.range(0, 20).forEach(i -> assertThat(grant("same")).isInstanceOf(GrantReply.Granted.class));

            assertThat(granted(30)).isEqualTo(11);
        }

        @Test
        @DisplayName("and stores together what they used")
        void settled() {
            open();
            granted(3);
            settle("m0", true);
            settle("m1", true);
            settle("m2", false);

            List<Object> events = entity.awaitEvents(persistenceId, 3);
            assertThat(events.getLast()).isInstanceOfSatisfying(CallsSettled.class, calls -> {
                assertThat(calls.calls()).isEqualTo(2);
                assertThat(calls.promptTokens()).isEqualTo(200);
                assertThat(calls.completionTokens()).isEqualTo(20);
                assertThat(calls.costMicroUsd()).isEqualTo(112);
            });
        }

        @Test
        @DisplayName("and tells what was used today, over a restart too")
        void used() {
            open();
            granted(3);
            settle("m0", true);
            settle("m1", false);
            LocalDate today = LocalDate.parse("2026-01-02");
            assertThat(usage().getValue()).isEqualTo(new UsageView(today, 2, 12, 100, 10, 56, null));

            account.tell(Account.stopMessage());
            entity.<Void>probe().expectTerminated(account, Duration.ofSeconds(15));
            account = spawned(userId, 12);

            assertThat(usage().getValue())
                    .as("nobody says that m2 is on its way")
                    .isEqualTo(new UsageView(today, 1, 12, 100, 10, 56, null));
        }

        @Test
        @DisplayName("not less exactly when a write fails")
        void outage() {
            open();
            assertThat(granted(10)).isEqualTo(10);
            IntStream.range(0, 10).forEach(i -> settle("m" + i, true));
            entity.failWrites(1);
            assertThat(entity.awaitEvents(persistenceId, 3).getLast())
                    .isInstanceOfSatisfying(
                            CallsSettled.class,
                            calls -> assertThat(calls.calls()).isEqualTo(10));

            assertThat(IntStream.range(50, 80)
                            .filter(i -> grant("m" + i) instanceof GrantReply.Granted)
                            .count())
                    .isEqualTo(2);
        }

        @Test
        @ThrowsIn(Account.class)
        @DisplayName("not more after a fault of its own")
        void fault() {
            open();
            assertThat(granted(10)).isEqualTo(10);
            entity.keys().throwAtNext();
            account.tell(new AccountCommand.ChangeSettings(
                    new AccountView("Bob, a baker", null, "UTC", null, Availability.ALWAYS, null),
                    entity.<StatusReply<AccountView>>probe().ref()));

            assertThat(IntStream.range(50, 80)
                            .filter(i -> grant("m" + i) instanceof GrantReply.Granted)
                            .count())
                    .isEqualTo(2);
            assertThat(entity.keys().throwing()).isFalse();
        }

        @Test
        @DisplayName("that it has to store first, not when that fails")
        void notStored() {
            open();
            entity.failWrites(1);
            TestProbe<GrantReply> probe = entity.probe();
            account.tell(new AccountCommand.Grant(new GrantKey("cht_1", "m", 0), probe.ref()));

            assertThat(grant("m")).isInstanceOf(GrantReply.Granted.class);
            probe.expectNoMessage(Duration.ofMillis(100));
        }
    }

    @Nested
    @DisplayName("whose key is erased or away")
    class Keyless {

        @Test
        @DisplayName("refuses what needs the key, and stays alive")
        void erased() {
            open();
            entity.keys().eraseOwner(userId);

            assertThat(change(new AccountView("p", null, "UTC", null, Availability.ALWAYS, null))
                            .isError())
                    .isTrue();
            assertThat(change(new AccountView("p", null, "UTC", null, Availability.ALWAYS, null))
                            .isError())
                    .isTrue();
            assertThat(grant("m")).as("needs no key without a persona").isInstanceOf(GrantReply.Granted.class);
        }
    }

    @Test
    @DisplayName("stores what was settled before it stops")
    void stops() {
        open();
        granted(1);
        settle("m0", true);
        account.tell(Account.stopMessage());
        TestProbe<Void> watcher = entity.probe();

        watcher.expectTerminated(account, Duration.ofSeconds(15));
        assertThat(entity.events(persistenceId).getLast()).isInstanceOf(CallsSettled.class);
    }
}
