package io.vibee.account;

import io.vibee.protocol.account.AccountEvent;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What an account's journal, read from its beginning, says of the use of models on each UTC day. Not thread-safe. */
public final class UsageByDay {

    /** @param calls that count against the day's quota */
    public record Day(LocalDate day, int calls, long promptTokens, long completionTokens) {}

    private final Map<Long, LocalDate> blocks = new HashMap<>();
    private final TreeMap<LocalDate, Day> days = new TreeMap<>();

    /** Takes the next event; gives itself. */
    public UsageByDay apply(AccountEvent event) {
        switch (event) {
            case AccountEvent.BlockReserved reserved -> blocks.put(reserved.blockId(), reserved.day());
            case AccountEvent.CallsSettled settled ->
                add(settled.blockId(), settled.calls(), settled.promptTokens(), settled.completionTokens());
            case AccountEvent.BlockClosed closed -> {
                add(closed.blockId(), closed.used(), 0, 0);
                blocks.remove(closed.blockId());
            }
            case AccountEvent.AccountOpened opened -> {}
            case AccountEvent.SettingsChanged changed -> {}
            case AccountEvent.AccountErased erased -> {}
        }
        return this;
    }

    /** The days on which something was used, the earliest first. */
    public List<Day> days() {
        return List.copyOf(days.values());
    }

    private void add(long blockId, int calls, long promptTokens, long completionTokens) {
        LocalDate day = blocks.get(blockId);
        if (day != null && calls > 0) {
            days.merge(
                    day,
                    new Day(day, calls, promptTokens, completionTokens),
                    (one, more) -> new Day(
                            day,
                            one.calls() + more.calls(),
                            one.promptTokens() + more.promptTokens(),
                            one.completionTokens() + more.completionTokens()));
        }
    }
}
