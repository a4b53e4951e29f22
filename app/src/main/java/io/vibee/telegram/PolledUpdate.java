package io.vibee.telegram;

import org.jspecify.annotations.Nullable;
import org.telegram.telegrambots.meta.api.objects.Update;

/**
 * One element of an answer to {@code getUpdates}: either an update or, when it can't be understood, the problem with it. A
 * problem names fields and types, never contents.
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
