package io.vibee.chat;

import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatEvent.ChatBarred;
import io.vibee.protocol.chat.ChatEvent.ChatConfigured;
import io.vibee.protocol.chat.ChatEvent.ChatErased;
import io.vibee.protocol.chat.ChatEvent.ChatOpened;
import io.vibee.protocol.chat.ChatEvent.ChatRenamed;
import io.vibee.protocol.chat.ChatEvent.ChatUnbarred;
import io.vibee.protocol.chat.ChatEvent.ConversationSummarized;
import io.vibee.protocol.chat.ChatEvent.DeadLetterDropped;
import io.vibee.protocol.chat.ChatEvent.DeadLetterRetried;
import io.vibee.protocol.chat.ChatEvent.DeadLettered;
import io.vibee.protocol.chat.ChatEvent.Delivered;
import io.vibee.protocol.chat.ChatEvent.DeliveryInDoubt;
import io.vibee.protocol.chat.ChatEvent.DeliveryRefused;
import io.vibee.protocol.chat.ChatEvent.DeliveryStarted;
import io.vibee.protocol.chat.ChatEvent.DraftClosed;
import io.vibee.protocol.chat.ChatEvent.EchoReceived;
import io.vibee.protocol.chat.ChatEvent.MessageDeleted;
import io.vibee.protocol.chat.ChatEvent.MessageEdited;
import io.vibee.protocol.chat.ChatEvent.MessageReceived;
import io.vibee.protocol.chat.ChatEvent.NotAnswered;
import io.vibee.protocol.chat.ChatEvent.ReplyDrafted;
import io.vibee.protocol.chat.ChatEvent.ReplyProposed;
import io.vibee.protocol.chat.ChatEvent.TakenOver;
import io.vibee.protocol.chat.ChatEvent.TakeoverEnded;
import io.vibee.protocol.chat.ChatEvent.TelegramChatChanged;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.DeadLetter;
import io.vibee.protocol.chat.ChatState.Pending;
import io.vibee.protocol.chat.ChatState.Profile;
import io.vibee.protocol.chat.ChatState.Summary;
import io.vibee.protocol.chat.ChatState.WindowEntry;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.crypto.Sealed;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What each event makes of a chat's state; pure, total, and the same in replay as when it happened. */
final class ChatHistory {

    static final int SEEN = 500;

    private ChatHistory() {}

    static ChatState apply(ChatState state, List<? extends ChatEvent> events) {
        ChatState now = state;
        for (ChatEvent event : events) {
            now = apply(now, event);
        }
        return now;
    }

    static ChatState apply(ChatState state, ChatEvent event) {
        return switch (event) {
            case ChatOpened opened -> opened(state, opened);
            case ChatRenamed renamed -> withProfile(state, profile -> profile.titled(renamed.title()));
            case ChatConfigured configured ->
                withProfile(Barring.nowhere(state), profile -> profile.configured(configured.settings()));
            case TelegramChatChanged changed ->
                withProfile(Barring.nowhere(state), profile -> profile.migrated(changed.telegramChatId()));
            case MessageReceived received -> received(state, received);
            case MessageEdited edited -> edited(state, edited);
            case MessageDeleted deleted -> deleted(state, deleted);
            case NotAnswered not -> settled(state, not.messageId());
            case ReplyProposed proposed -> ProposalHistory.proposed(state, proposed);
            case DraftClosed closed -> ProposalHistory.closed(state, closed);
            case ReplyDrafted drafted -> OutboxHistory.drafted(state, drafted);
            case DeliveryStarted started -> OutboxHistory.started(state, started);
            case Delivered delivered -> OutboxHistory.delivered(state, delivered);
            case DeliveryRefused refused -> OutboxHistory.refused(state, refused);
            case DeliveryInDoubt doubt -> OutboxHistory.inDoubt(state, doubt);
            case ChatBarred barred -> Barring.barred(state, barred);
            case ChatUnbarred unbarred -> Barring.unbarred(state, unbarred.messageThreadId());
            case DeadLettered dead -> DeadLetters.dead(state, dead);
            case DeadLetterRetried retried -> DeadLetters.retried(state, retried);
            case DeadLetterDropped dropped -> DeadLetters.dropped(state, dropped.id());
            case ConversationSummarized summarized ->
                Topics.with(state, summarized.messageThreadId(), new Summary(summarized.text(), summarized.upTo()));
            case TakenOver taken ->
                NextState.after(state).takenOverUntil(taken.until()).build();
            case TakeoverEnded ended ->
                NextState.after(state).takenOverUntil(null).build();
            case EchoReceived echo ->
                NextState.after(state)
                        .seen(Lists.last(state.seen(), echo.identity(), SEEN))
                        .build();
            case ChatErased erased -> erased(state, erased);
        };
    }

    private static ChatState opened(ChatState state, ChatOpened opened) {
        Profile profile = new Profile(
                opened.head().owner(),
                opened.telegramChatId(),
                opened.type(),
                opened.title(),
                opened.keyId(),
                opened.carrier(),
                opened.settings(),
                null);
        return NextState.after(state).profile(profile).barred(List.of()).build();
    }

    /** What could be read is gone, also as ciphertext; what tells a redelivery from a new message stays. */
    private static ChatState erased(ChatState state, ChatErased erased) {
        ChatState without =
                withProfile(state, profile -> profile.erased(erased.head().at()));
        return NextState.after(without)
                .window(List.of())
                .summary(null)
                .topicSummaries(Map.of())
                .accepted(List.of())
                .deadLetters(List.of())
                .proposals(List.of())
                .build();
    }

    private static ChatState withProfile(ChatState state, UnaryOperator<Profile> change) {
        Profile profile = state.profile();
        return profile == null
                ? state
                : NextState.after(state).profile(change.apply(profile)).build();
    }

    private static ChatState received(ChatState state, MessageReceived received) {
        NextState next = NextState.after(state)
                .counter(state.counter() + 1)
                .seen(Lists.last(state.seen(), received.identity(), SEEN))
                .lastMessageAt(received.sentAt());
        boolean own = received.notAnswered() == NotAnsweredReason.FROM_OWNER;
        if (!own) {
            next.lastHeardAt(received.sentAt());
        }
        if (!received.sender().bot()) {
            next.botTurns(0);
        } else if (received.notAnswered() == null) {
            next.botTurns(state.botTurns() + 1);
        }
        Sealed words = received.content().words();
        if (words != null) {
            next.window(Topics.with(
                    state.window(),
                    new WindowEntry(
                            own,
                            received.sender().name(),
                            words,
                            received.sentAt(),
                            received.telegramMessageId(),
                            state.nextEntry(),
                            received.messageThreadId(),
                            received.quote())));
            if (received.notAnswered() == null) {
                next.pending(Lists.plus(
                        state.pending(),
                        new Pending(
                                received.id(),
                                received.telegramMessageId(),
                                received.sender(),
                                words,
                                received.messageThreadId(),
                                received.head().at(),
                                false,
                                received.quote())));
            }
        }
        return next.build();
    }

    private static ChatState edited(ChatState state, MessageEdited edited) {
        NextState next = Topics.withoutSummariesOf(state, List.of(edited.telegramMessageId()))
                .seen(Lists.last(state.seen(), edited.identity(), SEEN));
        Sealed words = edited.content().words();
        if (words != null) {
            next.window(Lists.map(
                    state.window(),
                    entry -> entry.telegramMessageId() == edited.telegramMessageId() ? entry.reworded(words) : entry));
            next.proposals(ProposalHistory.reworded(state, edited.telegramMessageId(), words));
            next.pending(Lists.map(state.pending(), pending -> reworded(pending, edited.telegramMessageId(), words)));
            next.deadLetters(Lists.map(
                    state.deadLetters(),
                    letter -> letter.message() == null
                            ? letter
                            : new DeadLetter(
                                    letter.id(),
                                    reworded(letter.message(), edited.telegramMessageId(), words),
                                    letter.draft())));
        }
        return next.build();
    }

    static Pending reworded(Pending pending, long telegramMessageId, Sealed words) {
        return pending.telegramMessageId() == telegramMessageId ? pending.reworded(words) : pending;
    }

    private static ChatState deleted(ChatState state, MessageDeleted deleted) {
        return Topics.withoutSummariesOf(state, deleted.telegramMessageIds())
                .seen(Lists.last(state.seen(), deleted.identity(), SEEN))
                .window(Lists.without(
                        state.window(), entry -> deleted.telegramMessageIds().contains(entry.telegramMessageId())))
                .build();
    }

    /** The message waits for nothing any more, nor does an answer to it. */
    private static ChatState settled(ChatState state, String messageId) {
        return NextState.after(state)
                .pending(Lists.without(
                        state.pending(), pending -> pending.messageId().equals(messageId)))
                .outbox(Lists.without(state.outbox(), out -> messageId.equals(out.inReplyTo())))
                .build();
    }
}
