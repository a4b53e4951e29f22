package io.vibee.chat;

import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Summary;
import io.vibee.protocol.chat.ChatState.WindowEntry;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a summary is made of: of one topic.
 *
 * @param before the summary that it replaces, or null
 * @param folded what goes into it, oldest first, at least one
 */
record SummaryBasis(@Nullable Integer topic, @Nullable Summary before, List<WindowEntry> folded) {

    SummaryBasis {
        folded = List.copyOf(folded);
    }

    /** The number of the latest entry that goes into it. */
    long upTo() {
        return folded.getLast().number();
    }

    /** Whether the chat still says the same. */
    boolean holds(ChatState state) {
        return Objects.equals(before, state.summaryOf(topic))
                && folded.equals(state.unsummarized(topic).stream()
                        .filter(entry -> entry.number() <= upTo())
                        .toList());
    }
}
