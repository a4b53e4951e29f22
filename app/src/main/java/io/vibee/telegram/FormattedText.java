package io.vibee.telegram;

import io.vibee.protocol.session.TextEntity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A text and its formats, as <a href="https://core.telegram.org/bots/api#formatting-options">Telegram demands</a>. Each entity lies in the
 * text. None cuts a surrogate pair, and none begins or ends with white space, except for the indent of code or a quote. Of two entities
 * either one contains the other or they don't touch.
 *
 * @param entities by offset; of those with the same offset the longest first
 */
public record FormattedText(String text, List<TextEntity> entities) {
    /** Telegram shows no more in one message. */
    public static final int MOST_ENTITIES = 100;

    private static final Comparator<TextEntity> ORDER =
            Comparator.comparingInt(TextEntity::offset).thenComparing(TextEntity::length, Comparator.reverseOrder());

    public FormattedText {
        entities = entities.stream().sorted(ORDER).toList();
    }

    public static FormattedText plain(String text) {
        return new FormattedText(text, List.of());
    }

    /** A part of it as a message of its own. A format that crosses the border is in both parts. */
    FormattedText part(int from, int to) {
        String part = text.substring(from, to);
        List<TextEntity> within = new ArrayList<>();
        for (TextEntity entity : entities) {
            TextEntity cut =
                    trimmed(part, entity, Math.max(entity.offset(), from) - from, Math.min(entity.end(), to) - from);
            if (cut != null && within.size() < MOST_ENTITIES) {
                within.add(cut);
            }
        }
        return new FormattedText(part, within);
    }

    /** Whether a block of code continues across a place. */
    boolean isInBlockOfCode(int at) {
        return entities.stream()
                .anyMatch(entity -> entity.type() == TextEntity.Kind.PRE && entity.offset() < at && at < entity.end());
    }

    /** An entity over a stretch without the white space at its ends; null when nothing is left. A block keeps its first indent. */
    static @Nullable TextEntity trimmed(CharSequence text, TextEntity entity, int from, int to) {
        int start = from;
        int end = to;
        while (end > start && isWhiteSpace(text.charAt(end - 1))) {
            end--;
        }
        while (start < end && (isBlock(entity) ? text.charAt(start) == '\n' : isWhiteSpace(text.charAt(start)))) {
            start++;
        }
        return start < end ? entity.over(start, end) : null;
    }

    private static boolean isBlock(TextEntity entity) {
        return entity.type() == TextEntity.Kind.PRE || entity.type() == TextEntity.Kind.BLOCKQUOTE;
    }

    /** All white space has one UTF-16 unit. */
    static boolean isWhiteSpace(char unit) {
        return Character.isWhitespace(unit) || Character.isSpaceChar(unit);
    }

    /** Leaves the text out: it is a person's. */
    @Override
    public String toString() {
        return "FormattedText[" + text.length() + " characters, " + entities.size() + " entities]";
    }
}
