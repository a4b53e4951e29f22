package io.vibee.persistence.read;

import io.vibee.persistence.read.MessageRow.Reason;
import io.vibee.persistence.read.MessageRow.Sending;
import io.vibee.persistence.read.ReadMessages.MessageId;
import io.vibee.persistence.read.ReadMessages.TelegramId;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatEvent.DeliveryInDoubt;
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
 * Applies events to the rows of chats, messages and dead letters. It is given the rows that the events are about, and tells
 * which rows changed. Events of a chat without a row, because it was erased, change nothing.
 */
final class ConversationFold {

    private static final Reason DEAD_LETTER = Reason.of(NotAnsweredReason.DEAD_LETTER, null);

    private final ConversationRows rows;
    private final Map<String, ChatRow> chats = new LinkedHashMap<>();
    private final Map<MessageId, MessageRow> known;
    private final Map<MessageId, MessageRow> messages = new LinkedHashMap<>();
    private final Map<TelegramId, MessageId> incoming = new LinkedHashMap<>();
    private final Set<String> changedChats = new LinkedHashSet<>();
    private final Set<MessageId> changedMessages = new LinkedHashSet<>();
    private final WaitingChanges<DeadLetterRow> deadLetters = new WaitingChanges<>();
    private final WaitingChanges<DraftRow> drafts = new WaitingChanges<>();

    /**
     * Begins with the rows that the tables have.
     *
     * @param open opens a text; empty when the text can't be read any more
     * @param language guesses a text's language (ISO 639-1) from the text and its sender's language, which may be empty
     */
    ConversationFold(
            Collection<ChatRow> chats,
            Collection<MessageRow> messages,
            Function<Sealed, Optional<String>> open,
            BinaryOperator<String> language) {
        this.rows = new ConversationRows(open, language);
        chats.forEach(chat -> this.chats.put(chat.chatId(), chat));
        messages.forEach(this::know);
        this.known = Map.copyOf(this.messages);
    }

    void apply(String chatId, long seqNr, ChatEvent event) {
        if (event instanceof ChatEvent.ChatOpened opened) {
            chats.put(chatId, rows.opened(chatId, seqNr, opened));
        }
        ChatRow chat = chats.get(chatId);
        if (chat == null) {
            return;
        }
        put(rows.after(chat, event).upTo(seqNr));
        switch (event) {
            case ChatEvent.MessageReceived received -> put(rows.received(chat, seqNr, received));
            case ChatEvent.MessageEdited edited ->
                changeIncoming(chatId, edited.telegramMessageId(), rows.edited(edited));
            case ChatEvent.MessageDeleted deleted ->
                deleted.telegramMessageIds()
                        .forEach(id -> changeIncoming(
                                chatId, id, message -> message.withText(null, false, SearchLanguage.SIMPLE)));
            case ChatEvent.NotAnswered not -> {
                change(chatId, not.messageId(), message -> message.notAnswered(Reason.of(not.reason(), not.detail())));
                answersOf(chatId, not.messageId()).forEach(draft -> put(draft.with(MessageStatus.FAILED)));
            }
            case ChatEvent.ReplyProposed proposed ->
                rows.proposed(chat, proposed).ifPresent(row -> drafts.add(chatId, proposed.draftId(), row));
            case ChatEvent.DraftClosed closed -> drafts.settle(chatId, closed.draftId());
            case ChatEvent.ReplyDrafted drafted -> {
                put(rows.drafted(chat, seqNr, drafted));
                if (drafted.origin() instanceof DraftOrigin.Approved) {
                    drafts.settle(chatId, drafted.draftId());
                }
            }
            case ChatEvent.Delivered delivered ->
                settle(chatId, delivered.draftId(), delivered.telegramMessageId(), false);
            case DeliveryInDoubt doubt -> {
                if (doubt.resolution() == WhenInDoubt.SKIP) {
                    settle(chatId, doubt.draftId(), null, true);
                }
            }
            // Either a dead letter follows, when the refusal is for good, or another start.
            case ChatEvent.DeliveryRefused refused -> {}
            case ChatEvent.DeadLettered dead -> deadLettered(chat, dead);
            case ChatEvent.TakenOver taken -> {}
            case ChatEvent.TakeoverEnded ended -> {}
            case ChatEvent.EchoReceived echo -> {}
            case ChatEvent.DeadLetterRetried retried -> retried(chatId, retried);
            case ChatEvent.DeadLetterDropped dropped -> deadLetters.settle(chatId, dropped.id());
            case ChatEvent.ChatOpened opened -> {}
            case ChatEvent.ChatRenamed renamed -> {}
            case ChatEvent.ChatConfigured configured -> {}
            case ChatEvent.ConversationSummarized summarized -> {}
            case ChatEvent.TelegramChatChanged changed -> {}
            case ChatEvent.DeliveryStarted started -> {}
            case ChatEvent.ChatBarred barred -> {}
            case ChatEvent.ChatUnbarred unbarred -> {}
            case ChatEvent.ChatErased erased -> {
                deadLetters.empty(chatId);
                drafts.empty(chatId);
            }
        }
    }

    List<ChatRow> changedChats() {
        return changedChats.stream()
                .map(id -> Objects.requireNonNull(chats.get(id)))
                .toList();
    }

    /** What becomes of dead letters. */
    WaitingChanges<DeadLetterRow> deadLetters() {
        return deadLetters;
    }

    /** What becomes of answers that wait for leave. */
    WaitingChanges<DraftRow> drafts() {
        return drafts;
    }

    /** Changed messages that are new or have another text. */
    List<MessageRow> newTexts() {
        return changed(id -> !isTextKnown(id));
    }

    /** Changed messages with the same text as before. */
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

    private void deadLettered(ChatRow chat, ChatEvent.DeadLettered dead) {
        if (dead.draftId() != null) {
            fail(chat.chatId(), dead.draftId());
        }
        if (dead.messageId() != null) {
            change(chat.chatId(), dead.messageId(), message -> message.notAnswered(DEAD_LETTER));
        }
        String id = dead.id();
        if (id != null && !chat.erased()) {
            deadLetters.add(chat.chatId(), id, rows.deadLetter(chat, dead, id));
        }
    }

    private void retried(String chatId, ChatEvent.DeadLetterRetried retried) {
        if (retried.draftId() != null) {
            change(chatId, retried.draftId(), draft -> draft.with(MessageStatus.QUEUED));
        }
        if (retried.messageId() != null) {
            change(chatId, retried.messageId(), message -> message.with(MessageStatus.PENDING));
        }
        deadLetters.settle(chatId, retried.id());
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
            // A group that became a supergroup counts its messages anew, so the latest message has the number.
            incoming.merge(
                    new TelegramId(message.chatId(), telegramMessageId),
                    id,
                    (known, other) -> seqNr(known) > seqNr(other) ? known : other);
        }
    }

    private long seqNr(MessageId id) {
        return Objects.requireNonNull(messages.get(id)).seqNr();
    }
}
