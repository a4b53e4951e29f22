package io.vibee.account;

import io.vibee.protocol.account.AccountEvent;
import io.vibee.protocol.account.AccountSettings;
import io.vibee.protocol.account.AccountState;
import io.vibee.protocol.account.AccountState.Block;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How each event changes an account's state: pure, total, and the same in replay. */
final class AccountHistory {

    private AccountHistory() {}

    static AccountState apply(AccountState state, AccountEvent event) {
        return switch (event) {
            case AccountEvent.AccountOpened opened ->
                with(state, true, opened.tier(), state.settings(), state.budgetEndedAt());
            case AccountEvent.TierChanged changed ->
                with(state, state.opened(), changed.tier(), state.settings(), state.budgetEndedAt());
            case AccountEvent.SettingsChanged changed ->
                with(state, state.opened(), state.tier(), changed.settings(), state.budgetEndedAt());
            case AccountEvent.BudgetEnded ended ->
                ended.day().equals(state.day())
                        ? with(
                                state,
                                state.opened(),
                                state.tier(),
                                state.settings(),
                                ended.head().at())
                        : state;
            case AccountEvent.BlockReserved reserved -> reserved(state, reserved);
            case AccountEvent.CallsSettled settled -> settled(state, settled);
            case AccountEvent.BlockClosed closed -> closed(state, closed);
            case AccountEvent.AccountErased erased -> AccountState.NEW;
        };
    }

    private static AccountState with(
            AccountState state,
            boolean opened,
            String tier,
            AccountSettings settings,
            @Nullable Instant budgetEndedAt) {
        return new AccountState(
                opened,
                tier,
                settings,
                state.day(),
                state.settled(),
                state.promptTokens(),
                state.completionTokens(),
                state.costMicroUsd(),
                state.lastBlockId(),
                state.blocks(),
                budgetEndedAt);
    }

    /** The first block of a day starts the count anew. What is left of an earlier day's blocks is of no more use. */
    private static AccountState reserved(AccountState state, AccountEvent.BlockReserved reserved) {
        boolean sameDay = reserved.day().equals(state.day());
        List<Block> blocks = new ArrayList<>(sameDay ? state.blocks() : List.of());
        blocks.add(new Block(reserved.blockId(), reserved.day(), reserved.calls(), reserved.deadline()));
        return new AccountState(
                state.opened(),
                state.tier(),
                state.settings(),
                reserved.day(),
                sameDay ? state.settled() : 0,
                sameDay ? state.promptTokens() : 0,
                sameDay ? state.completionTokens() : 0,
                sameDay ? state.costMicroUsd() : 0,
                reserved.blockId(),
                blocks,
                sameDay ? state.budgetEndedAt() : null);
    }

    private static AccountState settled(AccountState state, AccountEvent.CallsSettled settled) {
        List<Block> blocks = new ArrayList<>();
        boolean known = false;
        for (Block block : state.blocks()) {
            if (block.blockId() != settled.blockId()) {
                blocks.add(block);
            } else {
                known = true;
                int left = block.calls() - settled.calls();
                if (left > 0) {
                    blocks.add(new Block(block.blockId(), block.day(), left, block.deadline()));
                }
            }
        }
        return known
                ? used(
                        state,
                        settled.calls(),
                        settled.promptTokens(),
                        settled.completionTokens(),
                        settled.costMicroUsd(),
                        blocks)
                : state;
    }

    private static AccountState closed(AccountState state, AccountEvent.BlockClosed closed) {
        List<Block> blocks = state.blocks().stream()
                .filter(block -> block.blockId() != closed.blockId())
                .toList();
        return blocks.size() == state.blocks().size() ? state : used(state, closed.used(), 0, 0, 0, blocks);
    }

    private static AccountState used(
            AccountState state,
            int calls,
            long promptTokens,
            long completionTokens,
            long costMicroUsd,
            List<Block> blocks) {
        return new AccountState(
                state.opened(),
                state.tier(),
                state.settings(),
                state.day(),
                state.settled() + calls,
                state.promptTokens() + promptTokens,
                state.completionTokens() + completionTokens,
                state.costMicroUsd() + costMicroUsd,
                state.lastBlockId(),
                blocks,
                state.budgetEndedAt());
    }
}
