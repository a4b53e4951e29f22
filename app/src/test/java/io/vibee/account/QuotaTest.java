package io.vibee.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.account.AccountCommand.Settle;
import io.vibee.protocol.account.AccountEvent;
import io.vibee.protocol.account.AccountEvent.AccountOpened;
import io.vibee.protocol.account.AccountEvent.BlockClosed;
import io.vibee.protocol.account.AccountEvent.BlockReserved;
import io.vibee.protocol.account.AccountEvent.CallsSettled;
import io.vibee.protocol.account.AccountState;
import io.vibee.protocol.account.GrantKey;
import io.vibee.protocol.account.UsageView;
import io.vibee.protocol.stored.EventHead;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("The daily quota")
class QuotaTest {

    private static final Instant AT = Instant.parse("2026-01-02T12:00:00Z");
    private static final LocalDate TODAY = LocalDate.parse("2026-01-02");
    private static final Instant DEADLINE = AT.plus(Quota.BLOCK_LIFETIME);

    /** An account that stores what its quota asks for, at once. */
    private static final class Ledger {
        private final DailyLimits.ByTier limits;
        private Quota quota;
        private AccountState state = AccountState.NEW;
        private int blocks;

        Ledger(int calls) {
            this(new DailyLimits(calls, 0), new DailyLimits(0, 0));
        }

        Ledger(DailyLimits free, DailyLimits paid) {
            this.limits = new DailyLimits.ByTier(free, paid);
            this.quota = new Quota(limits);
        }

        Ledger ofTier(String tier) {
            store(new AccountOpened(head(AT), tier));
            return this;
        }

        boolean grant(String message, Instant now) {
            if (quota.grant(state, key(message), now)) {
                return true;
            }
            flush(now);
            var block = quota.reserve(state, head(now));
            block.ifPresent(reserved -> {
                blocks++;
                store(reserved);
            });
            return block.isPresent() && quota.grant(state, key(message), now);
        }

        void settle(String message, boolean made) {
            quota.settle(state, new Settle(key(message), made, 100, 10, 56));
        }

        List<AccountEvent> flush(Instant now) {
            List<AccountEvent> events = quota.flush(state, head(now));
            events.forEach(this::store);
            quota.stored(events);
            return events;
        }

        void store(AccountEvent event) {
            state = AccountHistory.apply(state, event);
        }

        /** Only what is stored is left. */
        void crash() {
            quota = new Quota(limits);
        }

        long granted(int wishes, Instant now) {
            return IntStream.range(0, wishes).filter(i -> grant("m" + i, now)).count();
        }
    }

    private static GrantKey key(String message) {
        return new GrantKey("cht_1", message, 0);
    }

    private static EventHead head(Instant at) {
        return new EventHead("usr_1", "", false, at);
    }

    @Nested
    @DisplayName("is exact")
    class Exact {

        @Test
        @DisplayName("when many ask at once")
        void fifty() {
            assertThat(new Ledger(50).granted(200, AT)).isEqualTo(50);
            assertThat(new Ledger(7).granted(200, AT)).isEqualTo(7);
            assertThat(new Ledger(11).granted(200, AT)).isEqualTo(11);
        }

        @Test
        @DisplayName("when calls are settled in between")
        void settledInBetween() {
            Ledger ledger = new Ledger(50);
            int granted = 0;
            for (int i = 0; i < 200; i++) {
                if (ledger.grant("m" + i, AT)) {
                    granted++;
                    ledger.settle("m" + i, true);
                    if (i % 3 == 0) {
                        ledger.flush(AT);
                    }
                }
            }
            ledger.flush(AT);

            assertThat(granted).isEqualTo(50);
            assertThat(ledger.state.settled()).isEqualTo(50);
            assertThat(ledger.state.blocks()).isEmpty();
            assertThat(ledger.state.promptTokens()).isEqualTo(5000);
            assertThat(ledger.state.completionTokens()).isEqualTo(500);
            assertThat(ledger.state.costMicroUsd()).isEqualTo(2800);
        }

        @Test
        @DisplayName("reserving ten at a time, and one by one near the limit")
        void blocks() {
            Ledger ledger = new Ledger(25);
            ledger.granted(10, AT);
            assertThat(ledger.state.blocks()).singleElement().satisfies(block -> {
                assertThat(block.calls()).isEqualTo(10);
                assertThat(block.deadline()).isEqualTo(DEADLINE);
            });
            assertThat(ledger.granted(200, AT)).isEqualTo(25);
            assertThat(ledger.blocks).as("10, 10 and five times 1").isEqualTo(7);
        }

        @Test
        @DisplayName("without a limit by blocks of ten, without end")
        void unlimited() {
            Ledger ledger = new Ledger(0);

            assertThat(ledger.granted(1000, AT)).isEqualTo(1000);
            assertThat(ledger.blocks).isEqualTo(100);
        }
    }

    @Nested
    @DisplayName("grants a call")
    class Grants {

        @Test
        @DisplayName("once, however often it is asked for")
        void idempotent() {
            Ledger ledger = new Ledger(1);

            assertThat(ledger.grant("m", AT)).isTrue();
            assertThat(ledger.grant("m", AT)).isTrue();
            assertThat(ledger.grant("other", AT)).isFalse();
        }

        @Test
        @DisplayName("again when another was not made")
        void notMade() {
            Ledger ledger = new Ledger(1);
            ledger.grant("m", AT);
            ledger.settle("m", false);

            assertThat(ledger.quota.dirty()).isFalse();
            assertThat(ledger.grant("other", AT)).isTrue();
            assertThat(ledger.grant("m", AT)).isFalse();
        }

        @Test
        @DisplayName("of a new day anew")
        void newDay() {
            Ledger ledger = new Ledger(10);
            Instant tomorrow = Instant.parse("2026-01-03T00:00:00Z");
            assertThat(ledger.granted(20, tomorrow.minusSeconds(1))).isEqualTo(10);

            assertThat(ledger.quota.nextDay(AT)).isEqualTo(tomorrow);
            assertThat(IntStream.range(100, 120)
                            .filter(i -> ledger.grant("m" + i, tomorrow))
                            .count())
                    .isEqualTo(10);
        }
    }

    @Nested
    @DisplayName("of tokens")
    class Tokens {

        private static final DailyLimits NONE = new DailyLimits(0, 0);

        /** Three calls of 110 tokens. */
        private final Ledger ledger = new Ledger(new DailyLimits(0, 330), NONE);

        private void use(int calls) {
            for (int i = 0; i < calls; i++) {
                assertThat(ledger.grant("m" + i, AT)).as("call %s", i).isTrue();
                ledger.settle("m" + i, true);
            }
        }

        @Test
        @DisplayName("is reached by what was settled, stored or not")
        void reached() {
            use(3);
            assertThat(ledger.grant("more", AT)).isFalse();
            assertThat(ledger.state.promptTokens() + ledger.state.completionTokens())
                    .as("stored with the refusal")
                    .isEqualTo(330);
            assertThat(ledger.grant("more", AT)).isFalse();
            assertThat(ledger.blocks).as("none is set aside in vain").isEqualTo(1);
        }

        @Test
        @DisplayName("lets one more call pass while there is a token left")
        void left() {
            Ledger more = new Ledger(new DailyLimits(0, 331), NONE);
            IntStream.range(0, 3).forEach(i -> {
                more.grant("m" + i, AT);
                more.settle("m" + i, true);
            });

            assertThat(more.grant("last", AT)).isTrue();
        }

        @Test
        @DisplayName("does not end what was granted before")
        void granted() {
            assertThat(ledger.grant("slow", AT)).isTrue();
            use(3);

            assertThat(ledger.grant("slow", AT)).isTrue();
            assertThat(ledger.grant("more", AT)).isFalse();
        }

        @Test
        @DisplayName("begins anew with the next UTC day")
        void newDay() {
            Instant tomorrow = Instant.parse("2026-01-03T00:00:00Z");
            use(3);

            assertThat(ledger.grant("more", tomorrow.minusMillis(1))).isFalse();
            assertThat(ledger.grant("more", tomorrow)).isTrue();
        }

        @Test
        @DisplayName("outlasts a crash")
        void crash() {
            use(3);
            ledger.flush(AT);
            ledger.crash();

            assertThat(ledger.grant("more", AT)).isFalse();
        }
    }

    @Nested
    @DisplayName("shows as used")
    class Usage {

        private final Ledger ledger = new Ledger(25);

        @Test
        @DisplayName("calls made or on their way, stored or not, and not those set aside")
        void calls() {
            ledger.granted(3, AT);
            ledger.settle("m0", true);
            ledger.settle("m1", false);
            UsageView used = new UsageView(TODAY, 2, 25, 100, 10, 56, null);

            assertThat(ledger.quota.usage(ledger.state, AT)).isEqualTo(used);
            ledger.flush(AT);
            assertThat(ledger.quota.usage(ledger.state, AT)).isEqualTo(used);
        }

        @Test
        @DisplayName("nothing when nothing was used today, and no limit where there is none")
        void nothing() {
            ledger.granted(3, AT.minus(Duration.ofDays(1)));
            ledger.settle("m0", true);

            assertThat(ledger.quota.usage(ledger.state, AT)).isEqualTo(new UsageView(TODAY, 0, 25, 0, 0, 0, null));
            assertThat(new Ledger(0).quota.usage(AccountState.NEW, AT))
                    .isEqualTo(new UsageView(TODAY, 0, null, 0, 0, 0, null));
        }
    }

    @Nested
    @DisplayName("goes by the tier:")
    class Tiers {

        private static final DailyLimits FREE = new DailyLimits(2, 0);

        @Test
        @DisplayName("paid has limits of its own")
        void paid() {
            assertThat(new Ledger(FREE, new DailyLimits(0, 0)).ofTier("paid").granted(200, AT))
                    .isEqualTo(200);
            assertThat(new Ledger(FREE, new DailyLimits(3, 0)).ofTier("paid").granted(200, AT))
                    .isEqualTo(3);
        }

        @Test
        @DisplayName("every other is as free")
        void free() {
            assertThat(new Ledger(FREE, new DailyLimits(0, 0)).ofTier("free").granted(200, AT))
                    .isEqualTo(2);
            assertThat(new Ledger(FREE, new DailyLimits(0, 0)).ofTier("trial").granted(200, AT))
                    .isEqualTo(2);
        }
    }

    @Nested
    @DisplayName("after a crash")
    class Crash {

        @Test
        @DisplayName("counts an open block whole, and gives its calls to who claims them")
        void claimed() {
            Ledger ledger = new Ledger(20);
            ledger.granted(3, AT);
            ledger.crash();

            assertThat(ledger.grant("m0", AT)).isTrue();
            assertThat(ledger.blocks).as("from the open block").isEqualTo(1);
            assertThat(ledger.granted(200, AT))
                    .as("ten of the open block, ten more")
                    .isEqualTo(20);
        }

        @Test
        @DisplayName("counts a call that is told of only then")
        void settledLate() {
            Ledger ledger = new Ledger(20);
            ledger.grant("m", AT);
            ledger.crash();
            ledger.settle("m", true);

            assertThat(ledger.flush(AT)).containsExactly(new CallsSettled(head(AT), 1, 1, 100, 10, 56));
            assertThat(ledger.state.settled()).isEqualTo(1);
        }

        @Test
        @DisplayName("counts nothing for a call that was not made, or of which no block is left")
        void nothing() {
            Ledger ledger = new Ledger(20);
            ledger.settle("unknown", true);
            ledger.grant("m", AT);
            ledger.crash();
            ledger.settle("m", false);

            assertThat(ledger.quota.dirty()).isFalse();
            assertThat(ledger.flush(AT)).isEmpty();
        }

        @Test
        @DisplayName("frees what nobody claimed by the deadline")
        void deadline() {
            Ledger ledger = new Ledger(10);
            ledger.granted(1, AT);
            ledger.settle("m0", true);
            ledger.flush(AT);
            ledger.crash();

            assertThat(ledger.flush(DEADLINE.minusMillis(1))).isEmpty();
            assertThat(ledger.flush(DEADLINE)).isEmpty();
            assertThat(ledger.state.settled())
                    .as("near the limit a block is one call")
                    .isEqualTo(1);

            Ledger wide = new Ledger(20);
            wide.granted(1, AT);
            wide.crash();
            assertThat(wide.flush(DEADLINE)).containsExactly(new BlockClosed(head(DEADLINE), 1, 0));
            assertThat(wide.state.blocks()).isEmpty();
            assertThat(IntStream.range(50, 200)
                            .filter(i -> wide.grant("m" + i, DEADLINE))
                            .count())
                    .isEqualTo(20);
        }
    }

    @Nested
    @DisplayName("ends a block")
    class Deadlines {

        @Test
        @DisplayName("counting as used what was granted and never told of")
        void unaccounted() {
            Ledger ledger = new Ledger(20);
            ledger.granted(3, AT);
            ledger.settle("m0", true);
            List<AccountEvent> events = ledger.flush(DEADLINE);

            assertThat(events)
                    .containsExactly(
                            new CallsSettled(head(DEADLINE), 1, 1, 100, 10, 56), new BlockClosed(head(DEADLINE), 1, 2));
            assertThat(ledger.state.settled()).isEqualTo(3);
        }

        @Test
        @DisplayName("that is used up without a word more")
        void usedUp() {
            Ledger ledger = new Ledger(20);
            ledger.granted(10, AT);
            IntStream.range(0, 10).forEach(i -> ledger.settle("m" + i, true));

            assertThat(ledger.flush(DEADLINE)).singleElement().isInstanceOf(CallsSettled.class);
            assertThat(ledger.state.blocks()).isEmpty();
        }

        @Test
        @DisplayName("and grants nothing more from it")
        void over() {
            Ledger ledger = new Ledger(20);
            ledger.grant("m", AT);

            assertThat(ledger.quota.grant(ledger.state, key("late"), DEADLINE.minusMillis(1)))
                    .isTrue();
            assertThat(ledger.quota.grant(ledger.state, key("later"), DEADLINE)).isFalse();
        }
    }

    @Test
    @DisplayName("keeps what could not be stored, so that it still counts")
    void notStored() {
        Ledger ledger = new Ledger(1);
        ledger.grant("m", AT);
        ledger.settle("m", true);
        List<AccountEvent> lost = ledger.quota.flush(ledger.state, head(AT));

        assertThat(lost).hasSize(1);
        assertThat(ledger.quota.dirty()).isTrue();
        assertThat(ledger.quota.grant(ledger.state, key("other"), AT)).isFalse();
        assertThat(ledger.flush(AT.plus(Duration.ofSeconds(1)))).hasSize(1);
        assertThat(ledger.quota.dirty()).isFalse();
    }

    @Test
    @DisplayName("numbers its blocks on")
    void numbers() {
        Ledger ledger = new Ledger(0);
        ledger.granted(11, AT);

        assertThat(ledger.state.blocks())
                .extracting(AccountState.Block::blockId)
                .containsExactly(1L, 2L);
        assertThat(ledger.quota.reserve(ledger.state, head(AT)).map(BlockReserved::blockId))
                .contains(3L);
    }
}
