package io.vibee.telegram;

import org.jspecify.annotations.Nullable;
import org.telegram.telegrambots.meta.api.objects.Update;

/**
 * What Telegram gave as an update: one, or the problem with one that can't be read. A problem names fields and types, never contents.
 *
 * @param updateId its id, or {@link #NO_ID} when it has none
 */
public record IncomingUpdate(
        long updateId, @Nullable Update update, @Nullable String problem) {
    public static final long NO_ID = -1;

    public IncomingUpdate {
        if ((update == null) == (problem == null)) {
            throw new IllegalArgumentException("incoming update: (expected: either an update or a problem)");
        }
    }
}
