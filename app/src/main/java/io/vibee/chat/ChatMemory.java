package io.vibee.chat;

import io.vibee.cluster.Defect;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a chat holds in memory only. A crash forgets it; the stored state tells where to go on.
 *
 * @param calls the models' calls that run, by their ids
 * @param noSummaryBefore the number of the window's entry from which on a summary is tried again
 * @param ownersLanguage as the account told it with its latest leave, or null
 * @param stopping whether nothing more is begun
 * @param blockedBy why what comes next is not to be tried once more, or null
 */
record ChatMemory(
        Activity activity,
        HeldKey key,
        Map<String, ModelCall> calls,
        long noSummaryBefore,
        @Nullable String ownersLanguage,
        boolean stopping,
        @Nullable Defect blockedBy) {

    static final ChatMemory EMPTY =
            new ChatMemory(new Activity.None(), new HeldKey.Absent(), Map.of(), 0, null, false, null);

    Optional<ModelCall> call(String id) {
        return Optional.ofNullable(calls.get(id));
    }

    ChatMemory with(Activity other) {
        return new ChatMemory(other, key, calls, noSummaryBefore, ownersLanguage, stopping, blockedBy);
    }

    ChatMemory with(HeldKey other) {
        return new ChatMemory(activity, other, calls, noSummaryBefore, ownersLanguage, stopping, blockedBy);
    }

    ChatMemory with(ModelCall call) {
        Map<String, ModelCall> all = new LinkedHashMap<>(calls);
        all.put(call.id(), call);
        return new ChatMemory(activity, key, all, noSummaryBefore, ownersLanguage, stopping, blockedBy);
    }

    ChatMemory without(ModelCall call) {
        Map<String, ModelCall> others = new LinkedHashMap<>(calls);
        others.remove(call.id());
        return new ChatMemory(activity, key, others, noSummaryBefore, ownersLanguage, stopping, blockedBy);
    }

    ChatMemory withNoSummaryBefore(long entry) {
        return new ChatMemory(activity, key, calls, entry, ownersLanguage, stopping, blockedBy);
    }

    ChatMemory withOwnersLanguage(@Nullable String language) {
        return new ChatMemory(activity, key, calls, noSummaryBefore, language, stopping, blockedBy);
    }

    ChatMemory stopped() {
        return new ChatMemory(activity, key, calls, noSummaryBefore, ownersLanguage, true, blockedBy);
    }

    ChatMemory withBlock(@Nullable Defect why) {
        return new ChatMemory(activity, key, calls, noSummaryBefore, ownersLanguage, stopping, why);
    }
}
