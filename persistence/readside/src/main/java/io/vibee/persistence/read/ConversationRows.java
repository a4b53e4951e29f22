package io.vibee.persistence.read;

import io.vibee.persistence.read.MessageRow.Reason;
import io.vibee.persistence.read.MessageRow.Sending;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.DraftOrigin;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.crypto.Sealed;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Makes the rows of chats and messages from the events that bring or change them, with their texts opened. */
final class ConversationRows {

    private final Function<Sealed, Optional<String>> open;
    private final BinaryOperator<String> language;

    /**
     * Opens texts.
     *
     * @param open opens a text; empty when the text can't be read any more
     * @param language guesses a text's language (ISO 639-1) from the text and its sender's language, which may be empty
     */
    ConversationRows(Function<Sealed, Optional<String>> open, BinaryOperator<String> language) {
        this.open = open;
        this.language = language;
    }

    /** The row of a new chat. */
    ChatRow opened(String chatId, long seqNr, ChatEvent.ChatOpened opened) {
        return new ChatRow(
                chatId,
                opened.head().owner(),
                opened.carrier().sessionId(),
                opened.telegramChatId(),
                opened.type(),
                opened(opened.title()),
                opened.settings().mode(),
                null,
                false,
                seqNr);
    }

    /** The row of a chat after an event. */
    ChatRow after(ChatRow chat, ChatEvent event) {
        return switch (event) {
            case ChatEvent.ChatRenamed renamed -> chat.renamed(opened(renamed.title()));
            case ChatEvent.ChatConfigured configured ->
                chat.in(configured.settings().mode());
            case ChatEvent.TelegramChatChanged changed -> chat.moved(changed.telegramChatId());
            case ChatEvent.MessageReceived received -> chat.withMessageAt(received.sentAt());
            case ChatEvent.ChatErased erased -> chat.withoutText();
            default -> chat;
        };
    }

    /** The row of an incoming message. */
    MessageRow received(ChatRow chat, long seqNr, ChatEvent.MessageReceived received) {
        NotAnsweredReason reason = received.notAnswered();
        Sealed words = received.content().words();
        String text = opened(words);
        String code = received.sender().languageCode();
        return new MessageRow(
                chat.chatId(),
                received.id(),
                chat.owner(),
                seqNr,
                null,
                received.sender().telegramId(),
                opened(received.sender().name()),
                text,
                words != null && text == null,
                language(text, code == null ? "" : code),
                received.telegramMessageId(),
                reason == null ? MessageStatus.PENDING : status(reason),
                reason == null || reason == NotAnsweredReason.OBSERVE ? null : Reason.of(reason, null),
                received.sentAt(),
                ChatState.ownTopic(received.messageThreadId()));
    }

    /** What an edit changes in the row of its message. */
    UnaryOperator<MessageRow> edited(ChatEvent.MessageEdited edited) {
        Sealed words = edited.content().words();
        String text = opened(words);
        boolean erased = words != null && text == null;
        return message -> message.withText(text, erased, language(text, ""));
    }

    /** The row of an outgoing message, which waits to be sent. */
    MessageRow drafted(ChatRow chat, long seqNr, ChatEvent.ReplyDrafted drafted) {
        String text = joined(drafted.parts());
        return new MessageRow(
                chat.chatId(),
                drafted.draftId(),
                chat.owner(),
                seqNr,
                new Sending(drafted.inReplyTo(), drafted.parts().size(), 0, 0),
                null,
                null,
                text,
                text == null,
                language(text, ""),
                null,
                MessageStatus.QUEUED,
                isCut(drafted.origin()) ? Reason.LENGTH : null,
                drafted.head().at(),
                ChatState.ownTopic(drafted.messageThreadId()));
    }

    /** The row of an answer that waits for leave; empty when it can't be read any more. */
    Optional<DraftRow> proposed(ChatRow chat, ChatEvent.ReplyProposed proposed) {
        return Optional.ofNullable(joined(proposed.parts()))
                .map(text -> new DraftRow(
                        chat.chatId(),
                        proposed.draftId(),
                        chat.owner(),
                        chat.sessionId(),
                        proposed.inReplyTo(),
                        text,
                        proposed.head().at(),
                        proposed.expiresAt()));
    }

    DeadLetterRow deadLetter(ChatRow chat, ChatEvent.DeadLettered dead, String id) {
        return new DeadLetterRow(
                chat.chatId(),
                id,
                chat.owner(),
                chat.sessionId(),
                dead.messageId(),
                dead.draftId(),
                dead.cause(),
                dead.tries(),
                dead.head().at());
    }

    private static boolean isCut(DraftOrigin origin) {
        return switch (origin) {
            case DraftOrigin.Model model -> model.cut();
            case DraftOrigin.Approved approved
            when approved.drafted() instanceof DraftOrigin.Model model -> model.cut() && !approved.edited();
            default -> false;
        };
    }

    private static MessageStatus status(NotAnsweredReason reason) {
        return switch (reason) {
            // A message that is only observed needs no answer.
            case OBSERVE -> MessageStatus.RECEIVED;
            case FROM_OWNER -> MessageStatus.DELIVERED;
            default -> MessageStatus.NOT_ANSWERED;
        };
    }

    /** The text of all parts; null when one of them can't be read any more. */
    private @Nullable String joined(List<Sealed> parts) {
        StringBuilder text = new StringBuilder();
        for (Sealed part : parts) {
            Optional<String> clear = open.apply(part);
            if (clear.isEmpty()) {
                return null;
            }
            text.append(clear.get());
        }
        return text.toString();
    }

    private @Nullable String opened(@Nullable Sealed sealed) {
        return sealed == null ? null : open.apply(sealed).orElse(null);
    }

    private SearchLanguage language(@Nullable String text, String code) {
        return text == null ? SearchLanguage.SIMPLE : SearchLanguage.ofCode(language.apply(text, code));
    }
}
