package io.vibee.telegram;

import org.jspecify.annotations.Nullable;
import org.telegram.telegrambots.meta.api.objects.Update;

/**
 * One element of an answer to {@code getUpdates}: an update, or the problem with one that can't be read. A problem names fields and types,
 * never contents.
 *
 * @param updateId the id to confirm, or {@link #NO_ID} when the element has none
 */
public record PolledUpdate(
        long updateId, @Nullable Update update, @Nullable String problem) {
    public static final long NO_ID = -1;

    public PolledUpdate {
        if ((update == null) == (problem == null)) {
            throw new IllegalArgumentException("polled update: (expected: either an update or a problem)");
        }
    }
}
