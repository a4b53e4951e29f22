package io.vibee.operator;

import io.vibee.persistence.read.MessageRow;
import io.vibee.persistence.read.MessageRow.Reason;
import io.vibee.persistence.read.MessageStatus;
import io.vibee.persistence.read.WaitingDraft;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of the last message that somebody wrote in a chat.
 *
 * @param message null when nobody wrote
 * @param answer the text that answers it, or null
 * @param waits whether an answer waits for its owner's leave
 */
record LastDecision(@Nullable MessageRow message, @Nullable MessageRow answer, boolean waits) {

    private static final int LONGEST_QUOTE = 300;

    /**
     * Finds it.
     *
     * @param newest the chat's newest messages, the newest first
     * @param drafts all that wait for the owner's leave
     */
    static LastDecision of(List<MessageRow> newest, List<WaitingDraft> drafts) {
        MessageRow message = newest.stream()
                .filter(row -> row.incoming() && !row.byOwner())
                .findFirst()
                .orElse(null);
        if (message == null) {
            return new LastDecision(null, null, false);
        }
        MessageRow answer = newest.stream()
                .filter(row -> row.sending() != null
                        && message.id()
                                .equals(Objects.requireNonNull(row.sending()).inReplyTo()))
                .findFirst()
                .orElse(null);
        boolean waits = drafts.stream()
                .map(WaitingDraft::draft)
                .anyMatch(draft -> draft.chatId().equals(message.chatId())
                        && draft.messageId().equals(message.id()));
        return new LastDecision(message, answer, waits);
    }

    /**
     * Says it.
     *
     * @param underReview whether the owner is to decide first about who writes there
     */
    String inWords(DeskTexts texts, ZoneId zone, boolean underReview) {
        if (message == null) {
            return texts.say("why.nobody");
        }
        return texts.say(
                "why.message",
                message.senderName() == null ? "…" : message.senderName(),
                texts.time(message.createdAt(), zone),
                quote(message.text()),
                why(texts, underReview));
    }

    private String why(DeskTexts texts, boolean underReview) {
        if (answer != null) {
            return texts.say("why.answer." + name(answer.status()));
        }
        if (waits) {
            return texts.say("why.draft");
        }
        Reason reason = message == null ? null : message.reason();
        if (reason != null) {
            String words = texts.say("why.not." + reason.name());
            return reason.detail() == null ? words : words + " (" + reason.detail() + ")";
        }
        return texts.say(underReview ? "why.review" : "why.answer." + name(MessageStatus.PENDING));
    }

    private static String name(MessageStatus status) {
        return status.name().toLowerCase(java.util.Locale.ROOT);
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
