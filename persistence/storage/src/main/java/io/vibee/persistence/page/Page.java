package io.vibee.persistence.page;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list. When there is more, it has the opaque cursor of the next part.
 *
 * @param nextCursor null at the end of the list
 */
public record Page<T>(List<T> items, @Nullable String nextCursor) {

    /** The most items that one page holds. */
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
     * Makes a page of items that were read with a limit one higher than the page's; the extra item tells that there is more.
     *
     * @param cursor makes the cursor of the last item shown
     */
    public static <T> Page<T> of(List<T> oneMore, int limit, Function<T, String> cursor) {
        if (oneMore.size() <= limit) {
            return new Page<>(oneMore, null);
        }
        List<T> shown = oneMore.subList(0, limit);
        return new Page<>(shown, cursor.apply(shown.getLast()));
    }
}
