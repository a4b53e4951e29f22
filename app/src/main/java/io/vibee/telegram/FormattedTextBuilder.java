package io.vibee.telegram;

import io.vibee.protocol.session.TextEntity;
import io.vibee.protocol.session.TextEntity.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds a text whose formats nest as Telegram allows. Code contains nothing, and interrupts what is around it except a quote. A link
 * contains neither code nor a link. No format contains its own kind.
 */
final class FormattedTextBuilder {

    private static final class Open {
        private final Kind kind;
        private final @Nullable String url;
        private int start;

        private Open(Kind kind, @Nullable String url, int start) {
            this.kind = kind;
            this.url = url;
            this.start = start;
        }
    }

    private final StringBuilder text = new StringBuilder();
    private final List<TextEntity> entities = new ArrayList<>();
    private final Deque<Open> open = new ArrayDeque<>();

    void append(String piece) {
        text.append(piece);
    }

    int length() {
        return text.length();
    }

    /** Whether the text that was appended after that many units ends so. */
    boolean endsWith(String end, int after) {
        return text.length() - end.length() >= after && text.lastIndexOf(end) == text.length() - end.length();
    }

    /** Gives this format to what is appended meanwhile, where Telegram allows it. */
    void within(Kind kind, @Nullable String url, Runnable content) {
        if (isOpen(kind) || (kind == Kind.BLOCKQUOTE && isOpen(Kind.TEXT_LINK))) {
            content.run();
            return;
        }
        Open format = new Open(kind, url, text.length());
        open.push(format);
        content.run();
        open.pop();
        end(format);
    }

    /**
     * Appends code.
     *
     * @param kind {@link Kind#CODE} or {@link Kind#PRE}
     */
    void code(Kind kind, String code, @Nullable String language) {
        if (isOpen(Kind.TEXT_LINK)) {
            text.append(code);
            return;
        }
        open.stream().filter(format -> format.kind != Kind.BLOCKQUOTE).forEach(this::end);
        int start = text.length();
        text.append(code);
        add(new TextEntity(kind, 0, 0, null, language), start);
        open.stream().filter(format -> format.kind != Kind.BLOCKQUOTE).forEach(format -> format.start = text.length());
    }

    /** The text that was appended, without white space at its end. */
    FormattedText build() {
        int end = text.length();
        while (end > 0 && FormattedText.isWhiteSpace(text.charAt(end - 1))) {
            end--;
        }
        // Last ended first, so that of two with the same borders the outer one comes first.
        return new FormattedText(text.substring(0, end), entities.reversed());
    }

    private boolean isOpen(Kind kind) {
        return open.stream().anyMatch(format -> format.kind == kind);
    }

    private void end(Open format) {
        add(new TextEntity(format.kind, 0, 0, format.url, null), format.start);
    }

    private void add(TextEntity entity, int start) {
        TextEntity added = FormattedText.trimmed(text, entity, start, text.length());
        if (added != null) {
            entities.add(added);
        }
    }
}
