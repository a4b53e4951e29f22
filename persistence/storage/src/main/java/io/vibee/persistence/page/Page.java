package io.vibee.persistence.page;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list and, when there is more, the opaque cursor at which the next part begins.
 *
 * @param nextCursor null at the end of the list
 */
public record Page<T>(List<T> items, @Nullable String nextCursor) {

    /** The most that one page holds. */
    public static final int MOST = 1000;

    public Page {
        items = List.copyOf(items);
    }

    /** Refuses a limit that is not from 1 to {@link #MOST}. */
    public static void checkLimit(int limit) {
        if (limit < 1 || limit > MOST) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: 1 to " + MOST + ")");
        }
    }

    /**
     * Cuts what was read with a limit of one more than the page holds, which tells whether there is more.
     *
     * @param cursor of the last item shown
     */
    public static <T> Page<T> of(List<T> oneMore, int limit, Function<T, String> cursor) {
        if (oneMore.size() <= limit) {
            return new Page<>(oneMore, null);
        }
        List<T> shown = oneMore.subList(0, limit);
        return new Page<>(shown, cursor.apply(shown.getLast()));
    }
}
