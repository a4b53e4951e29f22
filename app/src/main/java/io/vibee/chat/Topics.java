package io.vibee.chat;

import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Summary;
import io.vibee.protocol.chat.ChatState.WindowEntry;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a chat remembers of each topic: a window and a summary of its own, so that what is said in one stays out of the prompts of another. A
 * chat without topics is one. Pure.
 */
final class Topics {

    /** Of one topic. */
    static final int WINDOW = 40;

    /** Of all topics together: the busiest three are remembered in full. */
    static final int WINDOWS = 3 * WINDOW;

    private Topics() {}

    /** A window with one more entry, and without the oldest of its topic where there are too many. */
    static List<WindowEntry> with(List<WindowEntry> window, WindowEntry entry) {
        List<WindowEntry> same = window.stream()
                .filter(other -> Objects.equals(other.topic(), entry.topic()))
                .toList();
        List<WindowEntry> kept = same.size() < WINDOW
                ? window
                : Lists.without(
                        window,
                        other -> same.subList(0, same.size() - WINDOW + 1).contains(other));
        return Lists.last(kept, entry, WINDOWS);
    }

    /** A state with the summary of a topic. Of the topics the one that nobody summed up for longest is forgotten. */
    static ChatState with(ChatState state, @Nullable Integer messageThreadId, Summary summary) {
        Integer topic = ChatState.ownTopic(messageThreadId);
        if (topic == null) {
            return NextState.after(state).summary(summary).build();
        }
        Map<Integer, Summary> summaries = new HashMap<>(state.topicSummaries());
        summaries.put(topic, summary);
        if (summaries.size() > ChatState.MOST_SUMMARIES) {
            summaries.entrySet().stream()
                    .min(Comparator.comparingLong(one -> one.getValue().upTo()))
                    .map(Map.Entry::getKey)
                    .ifPresent(summaries::remove);
        }
        return NextState.after(state).topicSummaries(summaries).build();
    }

    /**
     * A state without the summaries that may hold what was taken back or changed: they are made anew. Nobody says in which topic that was;
     * what the window does not show any more may be in each.
     */
    static NextState withoutSummariesOf(ChatState state, List<Long> telegramMessageIds) {
        NextState next = NextState.after(state);
        for (long id : telegramMessageIds) {
            Optional<WindowEntry> shown = state.window().stream()
                    .filter(entry -> entry.telegramMessageId() == id)
                    .reduce((earlier, later) -> later);
            if (shown.isEmpty()) {
                return next.summary(null).topicSummaries(Map.of());
            }
            Integer topic = shown.get().topic();
            Summary summary = state.summaryOf(topic);
            if (summary != null && shown.get().number() <= summary.upTo()) {
                next = without(next.build(), topic);
            }
        }
        return next;
    }

    private static NextState without(ChatState state, @Nullable Integer topic) {
        if (topic == null) {
            return NextState.after(state).summary(null);
        }
        Map<Integer, Summary> others = new HashMap<>(state.topicSummaries());
        others.remove(topic);
        return NextState.after(state).topicSummaries(others);
    }
}
