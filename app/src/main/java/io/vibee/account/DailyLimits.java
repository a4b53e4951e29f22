package io.vibee.account;

/**
 * How much of the models a user may use in a UTC day.
 *
 * @param calls 0: no limit
 * @param tokens of prompts and completions together, 0: no limit; a call's are known only when it is over, so the last calls may
 *     pass it
 */
public record DailyLimits(int calls, long tokens) {

    static final String PAID = "paid";

    /** What each tier may use. Every tier but the paid one is as the free one. */
    public record ByTier(DailyLimits free, DailyLimits paid) {

        DailyLimits of(String tier) {
            return tier.equals(PAID) ? paid : free;
        }
    }
}
