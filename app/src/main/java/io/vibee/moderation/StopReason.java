package io.vibee.moderation;

import java.util.Locale;

/**
 * Why a text is stopped, without a word of the text.
 *
 * @param which the entry or the category of the rule, in ASCII; may be empty
 */
public record StopReason(Side side, Rule rule, String which) {

    /** Whose text it is. */
    public enum Side {
        MESSAGE,
        ANSWER
    }

    /** What it breaks. */
    public enum Rule {
        TOO_LONG,
        /** An entry of the list: its line. */
        PATTERN,
        /** The moderation endpoint flagged it: the category. */
        PROVIDER,
        /** The moderation endpoint could not judge it, and then nothing may pass. */
        PROVIDER_AWAY,
        LINKS,
        MENTIONS,
        PROMISES
    }

    /** As events show it: {@code pattern:12} for a message, {@code answer_links} for an answer. */
    public String detail() {
        String name = rule.name().toLowerCase(Locale.ROOT);
        String broken = which.isEmpty() ? name : name + ":" + which;
        return switch (side) {
            case MESSAGE -> broken;
            case ANSWER -> "answer_" + broken;
        };
    }
}
