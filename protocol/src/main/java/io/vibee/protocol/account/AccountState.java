package io.vibee.protocol.account;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vibee.protocol.stored.Stored;
import io.vibee.protocol.stored.StoredState;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an account remembers.
 *
 * @param opened whether the user was registered to the end
 * @param day the latest UTC day for which calls were reserved
 * @param settled calls of that day that are used for good
 * @param costMicroUsd what that day cost so far, in millionths of a US dollar
 * @param blocks open blocks; each counts whole until its calls are settled or it is closed
 * @param budgetEndedAt when that day's calls or tokens were found used up, or null
 */
public record AccountState(
        boolean opened,
        String tier,
        AccountSettings settings,
        LocalDate day,
        int settled,
        long promptTokens,
        long completionTokens,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) long costMicroUsd,
        long lastBlockId,
        List<Block> blocks,
        @Nullable Instant budgetEndedAt)
        implements StoredState {

    public static final AccountState NEW =
            new AccountState(false, "free", AccountSettings.DEFAULT, LocalDate.EPOCH, 0, 0, 0, 0, 0, List.of(), null);

    public AccountState {
        tier = Stored.orElse(tier, "free");
        settings = Stored.orElse(settings, AccountSettings.DEFAULT);
        day = Stored.orElse(day, LocalDate.EPOCH);
        blocks = Stored.listOrEmpty(blocks);
    }

    /**
     * @param calls how many are neither settled nor given back
     */
    public record Block(long blockId, LocalDate day, int calls, Instant deadline) implements Stored {}
}
