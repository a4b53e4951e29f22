package io.vibee.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.session.TextEntity;
import java.util.List;

/** What every formatted text has to be like, whatever it was made from. */
final class FormattedTexts {
    private FormattedTexts() {}

    /** Each entity as its type and what it covers. */
    static List<String> shown(FormattedText formatted) {
        return formatted.entities().stream()
                .map(entity -> entity.type() + " "
                        + formatted.text().substring(entity.offset(), entity.end())
                        + (entity.url() == null ? "" : " -> " + entity.url())
                        + (entity.language() == null ? "" : " in " + entity.language()))
                .toList();
    }

    static void assertAcceptable(FormattedText formatted) {
        String text = formatted.text();
        for (TextEntity entity : formatted.entities()) {
            assertThat(entity.length()).as("%s", entity).isPositive();
            assertThat(entity.offset()).as("%s", entity).isNotNegative();
            assertThat(entity.end()).as("%s", entity).isLessThanOrEqualTo(text.length());
            assertThat(isBorder(text, entity.offset()) && isBorder(text, entity.end()))
                    .as("%s on half a pair", entity)
                    .isTrue();
            assertThat(FormattedText.isWhiteSpace(text.charAt(entity.end() - 1))
                            || (!isBlock(entity) && FormattedText.isWhiteSpace(text.charAt(entity.offset()))))
                    .as("%s with white space at its ends", entity)
                    .isFalse();
            for (TextEntity other : formatted.entities()) {
                assertThat(other.equals(entity) || mayMeet(entity, other))
                        .as("%s beside %s", entity, other)
                        .isTrue();
            }
        }
    }

    private static boolean isBlock(TextEntity entity) {
        return entity.type() == TextEntity.Kind.PRE || entity.type() == TextEntity.Kind.BLOCKQUOTE;
    }

    private static boolean isBorder(String text, int at) {
        return at == 0
                || at == text.length()
                || !(Character.isHighSurrogate(text.charAt(at - 1)) && Character.isLowSurrogate(text.charAt(at)));
    }

    private static boolean mayMeet(TextEntity one, TextEntity other) {
        if (one.end() <= other.offset() || other.end() <= one.offset()) {
            return true;
        }
        boolean nested = (one.offset() <= other.offset() && other.end() <= one.end())
                || (other.offset() <= one.offset() && one.end() <= other.end());
        return nested && one.type() != other.type() && mayHold(one, other) && mayHold(other, one);
    }

    /** Whether one that has something in common with code is a quote around it. */
    private static boolean mayHold(TextEntity code, TextEntity other) {
        return switch (code.type()) {
            case CODE, PRE ->
                other.type() == TextEntity.Kind.BLOCKQUOTE
                        && other.offset() <= code.offset()
                        && code.end() <= other.end();
            default -> true;
        };
    }
}
