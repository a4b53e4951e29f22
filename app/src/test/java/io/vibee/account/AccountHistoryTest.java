package io.vibee.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.account.AccountEvent;
import io.vibee.protocol.account.AccountEvent.AccountOpened;
import io.vibee.protocol.account.AccountEvent.BlockClosed;
import io.vibee.protocol.account.AccountEvent.BlockReserved;
import io.vibee.protocol.account.AccountEvent.CallsSettled;
import io.vibee.protocol.account.AccountEvent.SettingsChanged;
import io.vibee.protocol.account.AccountSettings;
import io.vibee.protocol.account.AccountState;
import io.vibee.protocol.account.AccountState.Block;
import io.vibee.protocol.account.QuietHours;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.stored.EventHead;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("An account's history")
class AccountHistoryTest {

    private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");
    private static final EventHead HEAD = new EventHead("usr_1", "", false, AT);
    private static final LocalDate DAY = LocalDate.parse("2026-01-02");
    private static final AccountEvent OPENED = new AccountOpened(HEAD, "free");

    private static AccountState after(AccountEvent... events) {
        AccountState state = AccountState.NEW;
        for (AccountEvent event : events) {
            state = AccountHistory.apply(state, event);
        }
        return state;
    }

    private static BlockReserved reserved(long id, LocalDate day, int calls) {
        return new BlockReserved(HEAD, id, day, calls, AT);
    }

    @Test
    @DisplayName("opens it in its tier, with settings as of a new one")
    void opened() {
        AccountState state = after(new AccountOpened(HEAD, "paid"));

        assertThat(state.opened()).isTrue();
        assertThat(state.tier()).isEqualTo("paid");
        assertThat(state.settings()).isEqualTo(AccountSettings.DEFAULT);
    }

    @Test
    @DisplayName("keeps the latest settings")
    void settings() {
        AccountSettings settings = new AccountSettings(new Sealed("k", "p"), "de", "Europe/Berlin", null, null, null);

        assertThat(after(
                                OPENED,
                                new SettingsChanged(HEAD, AccountSettings.DEFAULT),
                                new SettingsChanged(HEAD, settings))
                        .settings())
                .isEqualTo(settings);
    }

    @Nested
    @DisplayName("counts a day's calls")
    class Calls {

        @Test
        @DisplayName("as reserved, then as settled")
        void settled() {
            AccountState state = after(OPENED, reserved(1, DAY, 10), new CallsSettled(HEAD, 1, 3, 100, 10, 56));

            assertThat(state.day()).isEqualTo(DAY);
            assertThat(state.settled()).isEqualTo(3);
            assertThat(state.promptTokens()).isEqualTo(100);
            assertThat(state.completionTokens()).isEqualTo(10);
            assertThat(state.costMicroUsd()).isEqualTo(56);
            assertThat(state.blocks()).containsExactly(new Block(1, DAY, 7, AT));
            assertThat(AccountHistory.apply(state, new CallsSettled(HEAD, 1, 7, 0, 0, 0))
                            .blocks())
                    .isEmpty();
        }

        @Test
        @DisplayName("of each block by itself")
        void blocks() {
            AccountState state = after(
                    OPENED,
                    reserved(1, DAY, 10),
                    reserved(2, DAY, 5),
                    new CallsSettled(HEAD, 2, 1, 0, 0, 0),
                    new BlockClosed(HEAD, 1, 4));

            assertThat(state.settled()).isEqualTo(5);
            assertThat(state.blocks()).containsExactly(new Block(2, DAY, 4, AT));
            assertThat(state.lastBlockId()).isEqualTo(2);
        }

        @Test
        @DisplayName("anew with the first block of another day")
        void newDay() {
            AccountState state = after(
                    OPENED,
                    reserved(1, DAY, 10),
                    new CallsSettled(HEAD, 1, 3, 100, 10, 56),
                    reserved(2, DAY.plusDays(1), 10));

            assertThat(state.settled()).isZero();
            assertThat(state.promptTokens()).isZero();
            assertThat(state.completionTokens()).isZero();
            assertThat(state.costMicroUsd()).isZero();
            assertThat(state.blocks()).extracting(Block::blockId).containsExactly(2L);
        }

        @Test
        @DisplayName("not of a block that is no more")
        void late() {
            AccountState state = after(OPENED, reserved(1, DAY, 10), reserved(2, DAY.plusDays(1), 10));

            assertThat(AccountHistory.apply(state, new CallsSettled(HEAD, 1, 3, 100, 10, 56)))
                    .isEqualTo(state);
            assertThat(AccountHistory.apply(state, new BlockClosed(HEAD, 1, 3))).isEqualTo(state);
        }
    }

    @Nested
    @DisplayName("tells quiet hours")
    class Quiet {

        @ParameterizedTest(name = "{0}-{1} in {2} at {3}: {4}")
        @DisplayName("in the account's time zone, over midnight too")
        @CsvSource({
            "22:00,07:00,UTC,2026-01-02T21:59:59Z,false",
            "22:00,07:00,UTC,2026-01-02T22:00:00Z,true",
            "22:00,07:00,UTC,2026-01-03T00:00:00Z,true",
            "22:00,07:00,UTC,2026-01-03T06:59:59Z,true",
            "22:00,07:00,UTC,2026-01-03T07:00:00Z,false",
            "12:00,13:30,UTC,2026-01-02T11:59:59Z,false",
            "12:00,13:30,UTC,2026-01-02T12:00:00Z,true",
            "12:00,13:30,UTC,2026-01-02T13:30:00Z,false",
            "22:00,07:00,Asia/Tokyo,2026-01-02T13:00:00Z,true",
            "22:00,07:00,Asia/Tokyo,2026-01-02T22:00:00Z,false",
            "22:00,07:00,America/New_York,2026-01-02T03:00:00Z,true",
            "22:00,07:00,Europe/Berlin,2026-07-02T20:00:00Z,true",
            "22:00,07:00,Europe/Berlin,2026-01-02T20:30:00Z,false",
        })
        void hours(LocalTime from, LocalTime to, String zone, Instant now, boolean quiet) {
            AccountSettings settings = new AccountSettings(null, null, zone, new QuietHours(from, to), null, null);

            assertThat(QuietTime.is(settings, now)).isEqualTo(quiet);
        }

        @Test
        @DisplayName("only where there are any")
        void none() {
            assertThat(QuietTime.is(AccountSettings.DEFAULT, AT)).isFalse();
        }
    }
}
