package io.vibee.account;

import io.vibee.protocol.account.AccountCommand.Settle;
import io.vibee.protocol.account.AccountEvent;
import io.vibee.protocol.account.AccountEvent.BlockClosed;
import io.vibee.protocol.account.AccountEvent.BlockReserved;
import io.vibee.protocol.account.AccountEvent.CallsSettled;
import io.vibee.protocol.account.AccountState;
import io.vibee.protocol.account.AccountState.Block;
import io.vibee.protocol.account.GrantKey;
import io.vibee.protocol.account.UsageView;
import io.vibee.protocol.stored.EventHead;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The daily quota of one incarnation of an account. It reserves calls in stored blocks before it grants them, so the limit of calls always
 * holds. Which key has which call is known in memory only. After a crash an open block counts as a whole, and its calls go to whoever
 * claims them, until its deadline. Tokens count when they are settled: calls that are under way may exceed the limit, and settlements of
 * the last seconds before a crash are lost. Not thread-safe; the clock is given.
 */
final class Quota {

    static final int MOST_IN_BLOCK = 10;

    /** How long a call may take from its grant to its settlement. */
    static final Duration BLOCK_LIFETIME = Duration.ofMinutes(10);

    private static final class Settlement {
        private int calls;
        private long promptTokens;
        private long completionTokens;
        private long costMicroUsd;
    }

    private final DailyLimits.ByTier limits;
    private final Map<GrantKey, Long> granted = new LinkedHashMap<>();
    private final Map<Long, Integer> grantedByBlock = new HashMap<>();
    private final Map<Long, Settlement> unsettled = new HashMap<>();

    Quota(DailyLimits.ByTier limits) {
        this.limits = limits;
    }

    /** Grants a key from a stored block, if one has room. A key that asks again has the same grant. */
    boolean grant(AccountState state, GrantKey key, Instant now) {
        if (granted.containsKey(key)) {
            return true;
        }
        if (tokensUsedUp(state, () -> tokens(usage(state, now)))) {
            return false;
        }
        for (Block block : state.blocks()) {
            if (block.day().equals(day(now)) && now.isBefore(block.deadline()) && free(block) > 0) {
                granted.put(key, block.blockId());
                grantedByBlock.merge(block.blockId(), 1, Integer::sum);
                return true;
            }
        }
        return false;
    }

    /**
     * What to store before more can be granted.
     *
     * @param reserved whether a block is among the events; without one the day's calls or tokens are used up
     */
    record NextBlock(List<AccountEvent> events, boolean reserved) {}

    /** The next block, with what was settled meanwhile, so that a crash never counts less than was used. */
    NextBlock nextBlock(AccountState state, EventHead head) {
        List<AccountEvent> events = flush(state, head);
        AccountState after = state;
        for (AccountEvent event : events) {
            after = AccountHistory.apply(after, event);
        }
        Optional<BlockReserved> block = reserve(after, head);
        if (block.isPresent()) {
            events.add(block.get());
        } else {
            ended(after, head).ifPresent(events::add);
        }
        return new NextBlock(events, block.isPresent());
    }

    /**
     * The block to store before more can be granted, or nothing when the day's calls or tokens are used up.
     *
     * @param state in which all is that was settled: {@link #flush}
     */
    Optional<BlockReserved> reserve(AccountState state, EventHead head) {
        LocalDate today = day(head.at());
        if (tokensUsedUp(state, () -> tokens(state, today))) {
            return Optional.empty();
        }
        int calls = MOST_IN_BLOCK;
        int perDay = limits.of(state.tier()).calls();
        if (perDay > 0) {
            int left = perDay - used(state, today);
            if (left <= 0) {
                return Optional.empty();
            }
            calls = left > MOST_IN_BLOCK ? MOST_IN_BLOCK : 1;
        }
        return Optional.of(new BlockReserved(
                head, state.lastBlockId() + 1, today, calls, head.at().plus(BLOCK_LIFETIME)));
    }

    /**
     * Settles a granted call: it was made, or it was not. An unknown key belongs to an earlier incarnation, whose block ends by its
     * deadline.
     */
    void settle(AccountState state, Settle call) {
        Long blockId = granted.remove(call.key());
        if (blockId != null) {
            grantedByBlock.computeIfPresent(blockId, (id, number) -> number == 1 ? null : number - 1);
        }
        if (blockId == null && call.made()) {
            // Granted before a crash: the call counts against the oldest block with room, which was stored for it.
            blockId = state.blocks().stream()
                    .filter(block -> free(block) > 0)
                    .map(Block::blockId)
                    .findFirst()
                    .orElse(null);
        }
        if (blockId != null && call.made()) {
            Settlement settlement = unsettled.computeIfAbsent(blockId, id -> new Settlement());
            settlement.calls++;
            settlement.promptTokens += call.promptTokens();
            settlement.completionTokens += call.completionTokens();
            settlement.costMicroUsd += call.costMicroUsd();
        }
    }

    /** Whether settlements wait to be stored. */
    boolean dirty() {
        return !unsettled.isEmpty();
    }

    /** What to store now: settlements together, and blocks that are over. They count here until they are {@link #stored}. */
    List<AccountEvent> flush(AccountState state, EventHead head) {
        List<AccountEvent> events = new ArrayList<>();
        Map<Long, Integer> settledNow = new HashMap<>();
        unsettled.forEach((blockId, settlement) -> {
            settledNow.put(blockId, settlement.calls);
            events.add(new CallsSettled(
                    head,
                    blockId,
                    settlement.calls,
                    settlement.promptTokens,
                    settlement.completionTokens,
                    settlement.costMicroUsd));
        });
        for (Block block : state.blocks()) {
            int left = block.calls() - settledNow.getOrDefault(block.blockId(), 0);
            if (left > 0 && !head.at().isBefore(block.deadline())) {
                int unaccounted = grantedOf(block.blockId());
                events.add(new BlockClosed(head, block.blockId(), Math.min(left, unaccounted)));
            }
        }
        return events;
    }

    /** What was flushed is stored. Nothing may have been granted or settled in between. */
    void stored(List<AccountEvent> events) {
        for (AccountEvent event : events) {
            if (event instanceof CallsSettled settled) {
                unsettled.remove(settled.blockId());
            } else if (event instanceof BlockClosed closed) {
                granted.values().removeIf(blockId -> blockId == closed.blockId());
                grantedByBlock.remove(closed.blockId());
            }
        }
    }

    /**
     * What was used today, stored or not: calls that were made or are under way. Reserved calls don't count here. After a crash a user may
     * therefore be refused although this count is below the limit, until the block's deadline.
     */
    UsageView usage(AccountState state, Instant now) {
        LocalDate today = day(now);
        int limit = limits.of(state.tier()).calls();
        Integer shownLimit = limit == 0 ? null : Integer.valueOf(limit);
        if (!today.equals(state.day())) {
            return new UsageView(today, 0, shownLimit, 0, 0, 0, null);
        }
        int calls = state.settled();
        long promptTokens = state.promptTokens();
        long completionTokens = state.completionTokens();
        long costMicroUsd = state.costMicroUsd();
        for (Block block : state.blocks()) {
            calls += grantedOf(block.blockId());
            Settlement settlement = unsettled.get(block.blockId());
            if (settlement != null) {
                calls += settlement.calls;
                promptTokens += settlement.promptTokens;
                completionTokens += settlement.completionTokens;
                costMicroUsd += settlement.costMicroUsd;
            }
        }
        return new UsageView(
                today, calls, shownLimit, promptTokens, completionTokens, costMicroUsd, state.budgetEndedAt());
    }

    /** The event that says that the day's calls or tokens are used up; empty when it was already stored. */
    static Optional<AccountEvent.BudgetEnded> ended(AccountState state, EventHead head) {
        LocalDate today = day(head.at());
        return today.equals(state.day()) && state.budgetEndedAt() == null
                ? Optional.of(new AccountEvent.BudgetEnded(head, today))
                : Optional.empty();
    }

    Instant nextDay(Instant now) {
        return day(now).plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private static int used(AccountState state, LocalDate today) {
        return today.equals(state.day())
                ? state.settled()
                        + state.blocks().stream().mapToInt(Block::calls).sum()
                : 0;
    }

    private boolean tokensUsedUp(AccountState state, LongSupplier tokens) {
        long perDay = limits.of(state.tier()).tokens();
        return perDay > 0 && tokens.getAsLong() >= perDay;
    }

    /** The tokens of stored settlements. */
    private static long tokens(AccountState state, LocalDate today) {
        return today.equals(state.day()) ? state.promptTokens() + state.completionTokens() : 0;
    }

    private static long tokens(UsageView usage) {
        return usage.promptTokens() + usage.completionTokens();
    }

    private int free(Block block) {
        Settlement settlement = unsettled.get(block.blockId());
        return block.calls() - grantedOf(block.blockId()) - (settlement == null ? 0 : settlement.calls);
    }

    private int grantedOf(long blockId) {
        return grantedByBlock.getOrDefault(blockId, 0);
    }

    private static LocalDate day(Instant now) {
        return LocalDate.ofInstant(now, ZoneOffset.UTC);
    }
}
