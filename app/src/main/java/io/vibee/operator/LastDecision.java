package io.vibee.operator;

import io.vibee.persistence.read.MessageRow;
import io.vibee.persistence.read.MessageRow.Reason;
import io.vibee.persistence.read.MessageStatus;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.Contact;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of the last message that somebody wrote in a chat.
 *
 * @param message null when nobody wrote
 * @param answer the text that answers it, or null
 */
record LastDecision(@Nullable MessageRow message, @Nullable MessageRow answer) {

    private static final int LONGEST_QUOTE = 300;

    /**
     * Finds it.
     *
     * @param newest the chat's newest messages, the newest first
     */
    static LastDecision of(List<MessageRow> newest) {
        MessageRow message = newest.stream()
                .filter(row -> row.incoming() && !row.byOwner())
                .findFirst()
                .orElse(null);
        if (message == null) {
            return new LastDecision(null, null);
        }
        MessageRow answer = newest.stream()
                .filter(row -> row.sending() != null
                        && message.id()
                                .equals(Objects.requireNonNull(row.sending()).inReplyTo()))
                .findFirst()
                .orElse(null);
        return new LastDecision(message, answer);
    }

    /** Says it, as the chat is now. */
    String inWords(DeskTexts texts, ZoneId zone, ChatView chat) {
        if (message == null) {
            return texts.say("why.nobody");
        }
        return texts.say(
                "why.message",
                message.senderName() == null ? "…" : message.senderName(),
                texts.time(message.createdAt(), zone),
                quote(message.text()),
                why(message, texts, chat));
    }

    private String why(MessageRow said, DeskTexts texts, ChatView chat) {
        if (answer != null) {
            return texts.say("why.answer." + name(answer.status()));
        }
        Reason reason = said.reason();
        if (reason != null) {
            String words = texts.say("why.not." + reason.name());
            return reason.detail() == null ? words : words + " (" + reason.detail() + ")";
        }
        if (said.status() != MessageStatus.PENDING) {
            // Of what is only read no reason is kept.
            return texts.say("why.not.observe");
        }
        if (chat.config().contact() == Contact.NEW) {
            return texts.say("why.review");
        }
        return texts.say(chat.drafts() > 0 ? "why.draft" : "why.answer.pending");
    }

    private static String name(MessageStatus status) {
        return status.name().toLowerCase(Locale.ROOT);
    }

    private static String quote(@Nullable String text) {
        if (text == null) {
            return "…";
        }
        return text.codePointCount(0, text.length()) <= LONGEST_QUOTE
                ? text
                : text.substring(0, text.offsetByCodePoints(0, LONGEST_QUOTE)) + "…";
    }
}
