package io.vibee.persistence.read;

import io.vibee.persistence.read.MessageRow.Reason;
import io.vibee.persistence.read.MessageRow.Sending;
import io.vibee.persistence.read.ReadMessages.MessageId;
import io.vibee.persistence.read.ReadMessages.TelegramId;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatEvent.DeliveryInDoubt;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.DraftOrigin;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.chat.WhenInDoubt;
import io.vibee.protocol.crypto.Sealed;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What events make of the rows of chats, messages and dead letters. It is given the rows that they are about, and tells which ones changed. Events
 * of a chat whose row is not there (it was erased) change nothing.
 */
final class ConversationFold {

    private static final Reason DEAD_LETTER = Reason.of(NotAnsweredReason.DEAD_LETTER, null);

    private final Function<Sealed, Optional<String>> open;
    private final BinaryOperator<String> language;
    private final Map<String, ChatRow> chats = new LinkedHashMap<>();
    private final Map<MessageId, MessageRow> known;
    private final Map<MessageId, MessageRow> messages = new LinkedHashMap<>();
    private final Map<TelegramId, MessageId> incoming = new LinkedHashMap<>();
    private final Set<String> changedChats = new LinkedHashSet<>();
    private final Set<MessageId> changedMessages = new LinkedHashSet<>();
    private final Map<MessageId, DeadLetterRow> deadLetters = new LinkedHashMap<>();
    private final Set<MessageId> settledLetters = new LinkedHashSet<>();
    private final Set<String> withoutLetters = new LinkedHashSet<>();

    /**
     * @param open gives nothing for what can't be read any more
     * @param language guesses a text's language (ISO 639-1) from the text and its sender's language, which may be empty
     */
    ConversationFold(
            Collection<ChatRow> chats,
            Collection<MessageRow> messages,
            Function<Sealed, Optional<String>> open,
            BinaryOperator<String> language) {
        this.open = open;
        this.language = language;
        chats.forEach(chat -> this.chats.put(chat.chatId(), chat));
        messages.forEach(this::know);
        this.known = Map.copyOf(this.messages);
    }

    void apply(String chatId, long seqNr, ChatEvent event) {
        if (event instanceof ChatEvent.ChatOpened opened) {
            chats.put(chatId, opened(chatId, seqNr, opened));
        }
        ChatRow chat = chats.get(chatId);
        if (chat == null) {
            return;
        }
        put(chatAfter(chat, event).upTo(seqNr));
        switch (event) {
            case ChatEvent.MessageReceived received -> put(received(chat, seqNr, received));
            case ChatEvent.MessageEdited edited -> {
                Sealed words = edited.content().words();
                String text = opened(words);
                boolean erased = words != null && text == null;
                changeIncoming(
                        chatId,
                        edited.telegramMessageId(),
                        message -> message.withText(text, erased, language(text, "")));
            }
            case ChatEvent.MessageDeleted deleted ->
                deleted.telegramMessageIds()
                        .forEach(id -> changeIncoming(
                                chatId, id, message -> message.withText(null, false, SearchLanguage.SIMPLE)));
            case ChatEvent.NotAnswered not -> {
                change(chatId, not.messageId(), message -> message.notAnswered(Reason.of(not.reason(), not.detail())));
                answersOf(chatId, not.messageId()).forEach(draft -> put(draft.with(MessageStatus.FAILED)));
            }
            case ChatEvent.ReplyDrafted drafted -> put(drafted(chat, seqNr, drafted));
            case ChatEvent.Delivered delivered ->
                settle(chatId, delivered.draftId(), delivered.telegramMessageId(), false);
            case DeliveryInDoubt doubt -> {
                if (doubt.resolution() == WhenInDoubt.SKIP) {
                    settle(chatId, doubt.draftId(), null, true);
                }
            }
            // A refusal for good is followed by a dead letter, one that is not by another start.
            case ChatEvent.DeliveryRefused refused -> {}
            case ChatEvent.DeadLettered dead -> {
                if (dead.draftId() != null) {
                    fail(chatId, dead.draftId());
                }
                if (dead.messageId() != null) {
                    change(chatId, dead.messageId(), message -> message.notAnswered(DEAD_LETTER));
                }
                keep(chat, dead);
            }
            case ChatEvent.DeadLetterRetried retried -> {
                if (retried.draftId() != null) {
                    change(chatId, retried.draftId(), draft -> draft.with(MessageStatus.QUEUED));
                }
                if (retried.messageId() != null) {
                    change(chatId, retried.messageId(), message -> message.with(MessageStatus.PENDING));
                }
                settleLetter(chatId, retried.id());
            }
            case ChatEvent.DeadLetterDropped dropped -> settleLetter(chatId, dropped.id());
            case ChatEvent.ChatOpened opened -> {}
            case ChatEvent.ChatRenamed renamed -> {}
            case ChatEvent.ChatConfigured configured -> {}
            case ChatEvent.ConversationSummarized summarized -> {}
            case ChatEvent.TelegramChatChanged changed -> {}
            case ChatEvent.DeliveryStarted started -> {}
            case ChatEvent.ChatBarred barred -> {}
            case ChatEvent.ChatUnbarred unbarred -> {}
            case ChatEvent.ChatErased erased -> {
                deadLetters.keySet().removeIf(id -> id.chatId().equals(chatId));
                withoutLetters.add(chatId);
            }
        }
    }

    List<ChatRow> changedChats() {
        return changedChats.stream()
                .map(id -> Objects.requireNonNull(chats.get(id)))
                .toList();
    }

    /** Dead letters that were not there and are now. */
    Collection<DeadLetterRow> newDeadLetters() {
        return deadLetters.values();
    }

    /** Dead letters that were there and are retried or dropped. */
    Set<MessageId> settledDeadLetters() {
        return settledLetters;
    }

    /** Chats of which no dead letter stays that was there. */
    Set<String> chatsWithoutDeadLetters() {
        return withoutLetters;
    }

    /** Messages that changed and are new, or have another text. */
    List<MessageRow> newTexts() {
        return changed(id -> !isTextKnown(id));
    }

    /** Messages that changed in all but their text. */
    List<MessageRow> sameTexts() {
        return changed(this::isTextKnown);
    }

    private boolean isTextKnown(MessageId id) {
        MessageRow before = known.get(id);
        return before != null && before.hasTextOf(Objects.requireNonNull(messages.get(id)));
    }

    private List<MessageRow> changed(Predicate<MessageId> which) {
        return changedMessages.stream()
                .filter(which)
                .map(id -> Objects.requireNonNull(messages.get(id)))
                .toList();
    }

    private ChatRow opened(String chatId, long seqNr, ChatEvent.ChatOpened opened) {
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

    private ChatRow chatAfter(ChatRow chat, ChatEvent event) {
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

    private MessageRow received(ChatRow chat, long seqNr, ChatEvent.MessageReceived received) {
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

    private MessageRow drafted(ChatRow chat, long seqNr, ChatEvent.ReplyDrafted drafted) {
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
                drafted.origin() instanceof DraftOrigin.Model model && model.cut() ? MessageRow.Reason.LENGTH : null,
                drafted.head().at(),
                ChatState.ownTopic(drafted.messageThreadId()));
    }

    private void settle(String chatId, String draftId, @Nullable Long telegramMessageId, boolean inDoubt) {
        MessageRow draft = messages.get(new MessageId(chatId, draftId));
        Sending before = draft == null ? null : draft.sending();
        if (draft == null || before == null) {
            return;
        }
        Sending after = new Sending(
                before.inReplyTo(), before.parts(), before.settled() + 1, before.inDoubt() + (inDoubt ? 1 : 0));
        MessageRow sent = draft.sent(after, telegramMessageId);
        if (after.settled() < after.parts()) {
            put(sent);
            return;
        }
        put(sent.with(after.inDoubt() > 0 ? MessageStatus.IN_DOUBT : MessageStatus.DELIVERED));
        if (after.inReplyTo() != null) {
            change(chatId, after.inReplyTo(), message -> message.with(MessageStatus.RECEIVED));
        }
    }

    private void fail(String chatId, String draftId) {
        MessageRow draft = messages.get(new MessageId(chatId, draftId));
        if (draft != null) {
            put(draft.with(MessageStatus.FAILED));
            if (draft.sending() != null && draft.sending().inReplyTo() != null) {
                change(chatId, draft.sending().inReplyTo(), message -> message.notAnswered(DEAD_LETTER));
            }
        }
    }

    private void keep(ChatRow chat, ChatEvent.DeadLettered dead) {
        String id = dead.id();
        if (id != null && !chat.erased()) {
            deadLetters.put(
                    new MessageId(chat.chatId(), id),
                    new DeadLetterRow(
                            chat.chatId(),
                            id,
                            chat.owner(),
                            chat.sessionId(),
                            dead.messageId(),
                            dead.draftId(),
                            dead.cause(),
                            dead.tries(),
                            dead.head().at()));
        }
    }

    private void settleLetter(String chatId, String id) {
        MessageId letter = new MessageId(chatId, id);
        if (deadLetters.remove(letter) == null) {
            settledLetters.add(letter);
        }
    }

    private List<MessageRow> answersOf(String chatId, String answered) {
        String messageId = Fitting.id(answered);
        return messages.values().stream()
                .filter(message -> message.chatId().equals(chatId)
                        && message.status() == MessageStatus.QUEUED
                        && message.sending() != null
                        && messageId.equals(message.sending().inReplyTo()))
                .toList();
    }

    private void put(ChatRow chat) {
        chats.put(chat.chatId(), chat);
        changedChats.add(chat.chatId());
    }

    private void change(String chatId, String id, UnaryOperator<MessageRow> change) {
        MessageRow message = messages.get(new MessageId(chatId, id));
        if (message != null) {
            put(change.apply(message));
        }
    }

    private void changeIncoming(String chatId, long telegramMessageId, UnaryOperator<MessageRow> change) {
        MessageId id = incoming.get(new TelegramId(chatId, telegramMessageId));
        if (id != null) {
            change(id.chatId(), id.id(), change);
        }
    }

    private void put(MessageRow message) {
        know(message);
        changedMessages.add(new MessageId(message.chatId(), message.id()));
    }

    private void know(MessageRow message) {
        MessageId id = new MessageId(message.chatId(), message.id());
        messages.put(id, message);
        Long telegramMessageId = message.telegramMessageId();
        if (message.incoming() && telegramMessageId != null) {
            // A group that became a supergroup numbers anew: the latest has the number.
            incoming.merge(
                    new TelegramId(message.chatId(), telegramMessageId),
                    id,
                    (known, other) -> seqNr(known) > seqNr(other) ? known : other);
        }
    }

    private long seqNr(MessageId id) {
        return Objects.requireNonNull(messages.get(id)).seqNr();
    }

    private static MessageStatus status(NotAnsweredReason reason) {
        // Observing is not failing to answer.
        return reason == NotAnsweredReason.OBSERVE ? MessageStatus.RECEIVED : MessageStatus.NOT_ANSWERED;
    }

    /** All parts or nothing. */
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
