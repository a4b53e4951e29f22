package io.vibee.journal;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Tags that tell the journal what it can't know of the domain: whose an event is, and whether work is left after it. They
 * become the columns {@code owner} and {@code scope} and rows of {@code unfinished}, in the transaction that stores the event,
 * and are not stored as tags. An event without them is stored as it is.
 */
public final class ReservedTags {

    /** Work is left after this event. Its persistence id stays in {@code unfinished} until an event with {@link #CLOSED}. */
    public static final String OPEN = "open";

    /** No work is left after this event. */
    public static final String CLOSED = "closed";

    private static final String OWNER_PREFIX = "owner:";
    private static final String SCOPE_PREFIX = "scope:";
    private static final int LONGEST = 255;

    private ReservedTags() {}

    /** The tag that names the owner of an event, such as a user's id; 1 to 255 characters. */
    public static String owner(String id) {
        return OWNER_PREFIX + usable("owner", id);
    }

    /** The tag that names the scope of an event, such as a session's id; 1 to 255 characters. */
    public static String scope(String id) {
        return SCOPE_PREFIX + usable("scope", id);
    }

    private static String usable(String name, String value) {
        if (value.isEmpty() || value.length() > LONGEST) {
            throw new IllegalArgumentException(
                    name + " of " + value.length() + " characters (expected: 1 to " + LONGEST + ")");
        }
        return value;
    }

    /** Whether an event leaves work behind. */
    enum Mark {
        NONE,
        OPEN,
        CLOSED
    }

    /** What the reserved tags of an event say, and its other tags. */
    record Reading(@Nullable String owner, @Nullable String scope, Mark mark, List<String> others) {

        static final Reading NOTHING = new Reading(null, null, Mark.NONE, List.of());

        /** An event that is both open and closed counts as open: one look too many does no harm. */
        static Reading of(Collection<String> tags) {
            if (tags.isEmpty()) {
                return NOTHING;
            }
            String owner = null;
            String scope = null;
            Mark mark = Mark.NONE;
            TreeSet<String> others = new TreeSet<>();
            for (String tag : tags) {
                if (tag.startsWith(OWNER_PREFIX)) {
                    owner = tag.substring(OWNER_PREFIX.length());
                } else if (tag.startsWith(SCOPE_PREFIX)) {
                    scope = tag.substring(SCOPE_PREFIX.length());
                } else if (tag.equals(OPEN)) {
                    mark = Mark.OPEN;
                } else if (tag.equals(CLOSED)) {
                    mark = mark == Mark.OPEN ? Mark.OPEN : Mark.CLOSED;
                } else {
                    others.add(tag);
                }
            }
            return new Reading(owner, scope, mark, List.copyOf(others));
        }
    }
}
