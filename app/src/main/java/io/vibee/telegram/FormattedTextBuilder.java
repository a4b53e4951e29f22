package io.vibee.telegram;

import io.vibee.protocol.session.TextEntity;
import io.vibee.protocol.session.TextEntity.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts a text together whose formats lie in each other as Telegram allows it: code holds nothing and interrupts what is around it
 * but a quote; a link holds neither code nor a link; nothing lies in its like.
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

    /** Whether what was appended after that many units ends so. */
    boolean endsWith(String end, int after) {
        return text.length() - end.length() >= after && text.lastIndexOf(end) == text.length() - end.length();
    }

    /** What is appended meanwhile is shown so, where that is allowed. */
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

    /** What was appended, without white space at its end. */
    FormattedText build() {
        int end = text.length();
        while (end > 0 && FormattedText.isWhiteSpace(text.charAt(end - 1))) {
            end--;
        }
        // Those that ended last first, so that of two with the same borders the outer one comes first.
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
