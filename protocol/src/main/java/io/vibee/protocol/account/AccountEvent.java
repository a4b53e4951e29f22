package io.vibee.protocol.account;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vibee.protocol.stored.EventHead;
import io.vibee.protocol.stored.StoredEvent;
import java.time.Instant;
import java.time.LocalDate;

/** What happened to an account. */
public sealed interface AccountEvent extends StoredEvent {

    record AccountOpened(EventHead head, String tier) implements AccountEvent {}

    record TierChanged(EventHead head, String tier) implements AccountEvent {}

    record SettingsChanged(EventHead head, AccountSettings settings) implements AccountEvent {}

    /**
     * Reserves model calls before any of them is granted.
     *
     * @param day the UTC day whose quota they count against
     * @param calls 1 to 10
     * @param deadline after it, calls that were neither settled nor claimed are free again
     */
    record BlockReserved(EventHead head, long blockId, LocalDate day, int calls, Instant deadline)
            implements AccountEvent {}

    /**
     * Calls of a block were made.
     *
     * @param calls how many, out of the block
     * @param costMicroUsd what they cost together, in millionths of a US dollar; 0 and not written where nothing has a price
     */
    record CallsSettled(
            EventHead head,
            long blockId,
            int calls,
            long promptTokens,
            long completionTokens,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) long costMicroUsd)
            implements AccountEvent {}

    /**
     * A block ends.
     *
     * @param used how many of its unsettled calls count as used all the same
     */
    record BlockClosed(EventHead head, long blockId, int used) implements AccountEvent {}

    /**
     * A user's limit for the day is reached, for the first time that day.
     *
     * @param day in UTC
     */
    record BudgetEnded(EventHead head, LocalDate day) implements AccountEvent {}

    /** The user was erased; nothing happens to the account after it. */
    record AccountErased(EventHead head) implements AccountEvent {}
}
