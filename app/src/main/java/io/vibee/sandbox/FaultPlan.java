package io.vibee.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The faults that are still to come, each for the next calls that match. The oldest match comes first. */
public final class FaultPlan {
    private static final long ANY = 0;

    private static final class Entry {
        final String method;
        final long botId;
        final Fault fault;
        int left;

        Entry(String method, long botId, int left, Fault fault) {
            this.method = method.toLowerCase(Locale.ROOT);
            this.botId = botId;
            this.left = left;
            this.fault = fault;
        }
    }

    private final List<Entry> entries = new ArrayList<>();

    FaultPlan() {}

    /** The next {@code calls} calls of this method, by whichever bot, meet the fault. */
    public void next(int calls, String method, Fault fault) {
        add(new Entry(method, ANY, calls, fault));
    }

    /** The next {@code calls} calls of this method by this bot meet the fault. */
    public void next(int calls, String method, SandboxBot bot, Fault fault) {
        add(new Entry(method, bot.id(), calls, fault));
    }

    /** From now on all is well. */
    public synchronized void clear() {
        entries.clear();
    }

    private synchronized void add(Entry entry) {
        entries.add(entry);
    }

    synchronized @Nullable Fault take(String method, long botId) {
        String name = method.toLowerCase(Locale.ROOT);
        Entry first = null;
        for (Entry entry : entries) {
            if (entry.method.equals(name) && (entry.botId == ANY || entry.botId == botId)) {
                first = entry;
                break;
            }
        }
        if (first == null) {
            return null;
        }
        if (--first.left <= 0) {
            entries.remove(first);
        }
        return first.fault;
    }
}
