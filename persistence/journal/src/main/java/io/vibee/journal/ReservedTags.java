package io.vibee.journal;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Tags by which an event tells the journal, which doesn't know the domain, whose it is and whether something is still to be
 * done after it. They become the columns {@code owner} and {@code scope} and rows of {@code unfinished}, in the transaction
 * that stores the event, and are not stored as tags. An event without them is stored as it is.
 */
public final class ReservedTags {

    /** Something is unfinished after this event: its persistence id is kept in {@code unfinished} until a {@link #CLOSED}. */
    public static final String OPEN = "open";

    /** Nothing is unfinished after this event. */
    public static final String CLOSED = "closed";

    private static final String OWNER_PREFIX = "owner:";
    private static final String SCOPE_PREFIX = "scope:";
    private static final int LONGEST = 255;

    private ReservedTags() {}

    /** Whose event it is, as a user's id: 1 to 255 characters. */
    public static String owner(String id) {
        return OWNER_PREFIX + usable("owner", id);
    }

    /** Within what it happened, as a session's id: 1 to 255 characters. */
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

    /** What an event leaves behind. */
    enum Mark {
        NONE,
        OPEN,
        CLOSED
    }

    /** An event's tags, the reserved ones told apart from the {@code others}. */
    record Reading(@Nullable String owner, @Nullable String scope, Mark mark, List<String> others) {

        static final Reading NOTHING = new Reading(null, null, Mark.NONE, List.of());

        /** An event that claims to be both open and closed is open: to look once too often harms nobody. */
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
