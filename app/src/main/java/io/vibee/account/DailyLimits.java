package io.vibee.account;

/**
 * How much of the models a user may use in a UTC day.
 *
 * @param calls 0: no limit
 * @param tokens of prompts and completions together, 0: no limit; a call's tokens are known only when it is over, so the last calls may
 *     exceed it
 */
public record DailyLimits(int calls, long tokens) {

    static final String PAID = "paid";

    /** The limits of each tier. Every tier but the paid one has those of the free one. */
    public record ByTier(DailyLimits free, DailyLimits paid) {

        DailyLimits of(String tier) {
            return tier.equals(PAID) ? paid : free;
        }
    }
}
