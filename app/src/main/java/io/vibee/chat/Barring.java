package io.vibee.chat;

import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatEvent.ChatBarred;
import io.vibee.protocol.chat.ChatEvent.ChatUnbarred;
import io.vibee.protocol.chat.ChatEvent.DeadLettered;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Barred;
import io.vibee.protocol.chat.ChatState.Outgoing;
import io.vibee.protocol.chat.ChatState.Pending;
import io.vibee.protocol.chat.ChatState.Profile;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.stored.EventHead;
import io.vibee.telegram.RefusalScope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where Telegram lets the bot write nothing, a chat or a topic of it, no model is paid. That ends when Telegram says so, when a person
 * who had blocked the bot writes again, when a text passes after all, when the owner changes the chat's settings, and for one message
 * after {@link #TRY_AGAIN}. Pure.
 */
final class Barring {

    /** After so long the next message that is to be answered is a trial. */
    static final Duration TRY_AGAIN = Duration.ofHours(1);

    /** What a message is called that says that its topic is open again. */
    static final String TOPIC_REOPENED = "forum_topic_reopened";

    /** What a person's message shows to be over: who blocked the bot, is gone or never began can't write to it. */
    private static final List<String> OVER_WHEN_WRITTEN = List.of("blocked", "kicked", "deactivated", "initiate");

    /** Topics of a chat that are remembered as barred; of more, the oldest is forgotten, and tried. */
    private static final int MOST = 100;

    private Barring() {}

    /**
     * What else a refusal means for what waits there: texts are dead letters, messages stay without an answer.
     *
     * @param refused the text that was refused, which is looked after already
     */
    static List<ChatEvent> refused(ChatState state, Outgoing refused, int code, String description, EventHead head) {
        RefusalScope scope = RefusalScope.of(code, description);
        if (scope == RefusalScope.MESSAGE) {
            return List.of();
        }
        boolean topicOnly = scope == RefusalScope.TOPIC;
        int topic = ChatState.topic(refused.messageThreadId());
        Predicate<@Nullable Integer> there = thread -> !topicOnly || ChatState.topic(thread) == topic;
        String cause = code + " " + description;
        List<ChatEvent> events = new ArrayList<>();
        events.add(new ChatBarred(head, topicOnly ? topic : null, code, description));
        state.outbox().stream()
                .filter(other -> !other.draftId().equals(refused.draftId()) && there.test(other.messageThreadId()))
                .map(other -> new DeadLettered(head, other.inReplyTo(), other.draftId(), cause, other.attempts()))
                .forEach(events::add);
        events.addAll(unanswered(state, there, head));
        return events;
    }

    /** The bot's place in the chat changed. That of a group which became a supergroup is of no concern to the supergroup. */
    static List<ChatEvent> membership(
            ChatState state, long telegramChatId, Incoming.Membership membership, EventHead head) {
        Profile profile = state.profile();
        if (profile == null || state.erased() || profile.telegramChatId() != telegramChatId) {
            return List.of();
        }
        boolean barred = state.barred().stream().anyMatch(Barred::isWholeChat);
        if (membership.mayWrite()) {
            return barred ? List.of(new ChatUnbarred(head, null)) : List.of();
        }
        if (barred) {
            return List.of();
        }
        List<ChatEvent> events = new ArrayList<>();
        events.add(new ChatBarred(head, null, 0, "the bot is now: " + membership.status()));
        events.addAll(unanswered(state, thread -> true, head));
        return events;
    }

    /** What a message says by itself: whoever writes to the bot has not blocked it, and a topic may be open again. */
    static List<ChatEvent> toldBy(ChatState state, Incoming.Message message, EventHead head) {
        Profile profile = state.profile();
        Barred barred = state.barredIn(message.messageThreadId()).orElse(null);
        if (profile == null || barred == null || message.own() || message.hand() != Incoming.Hand.OTHERS) {
            return List.of();
        }
        boolean reopened = !barred.isWholeChat() && message.body().kind().equals(TOPIC_REOPENED);
        boolean unblocked = profile.type() == ChatType.PRIVATE
                && !message.sender().bot()
                && OVER_WHEN_WRITTEN.stream().anyMatch(barred.reason().toLowerCase(Locale.ROOT)::contains);
        return reopened || unblocked ? List.of(new ChatUnbarred(head, barred.messageThreadId())) : List.of();
    }

    /** Whether a message that would be answered is to be a trial. */
    static boolean isTrial(Barred barred, Instant now) {
        return !now.isBefore(barred.since().plus(TRY_AGAIN));
    }

    private static List<ChatEvent> unanswered(ChatState state, Predicate<@Nullable Integer> there, EventHead head) {
        return state.pending().stream()
                .filter(pending -> there.test(pending.messageThreadId()))
                .map((Pending pending) -> DeadLetters.notAnswered(pending, NotAnsweredReason.BARRED, head))
                .toList();
    }

    // What its events make of a chat.

    static ChatState barred(ChatState state, ChatBarred event) {
        List<Barred> all = new ArrayList<>(others(state, event.messageThreadId()));
        Barred now = new Barred(
                event.messageThreadId(),
                event.code(),
                event.reason(),
                event.head().at());
        if (now.isWholeChat()) {
            all.addFirst(now);
        } else {
            all.add(now);
        }
        while (all.size() > MOST) {
            all.remove(all.getFirst().isWholeChat() ? 1 : 0);
        }
        return NextState.after(state).barred(all).build();
    }

    static ChatState unbarred(ChatState state, @Nullable Integer messageThreadId) {
        return NextState.after(state).barred(others(state, messageThreadId)).build();
    }

    /** A text passed: neither the chat nor the topic that it was written in is barred. */
    static ChatState passed(ChatState state, @Nullable Integer messageThreadId) {
        return state.barred().isEmpty() ? state : unbarred(unbarred(state, null), ChatState.topic(messageThreadId));
    }

    static ChatState nowhere(ChatState state) {
        return state.barred().isEmpty()
                ? state
                : NextState.after(state).barred(List.of()).build();
    }

    private static List<Barred> others(ChatState state, @Nullable Integer messageThreadId) {
        return Lists.without(state.barred(), barred -> Objects.equals(barred.messageThreadId(), messageThreadId));
    }
}
