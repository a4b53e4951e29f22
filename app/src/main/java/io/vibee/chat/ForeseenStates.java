package io.vibee.chat;

import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatState;
import java.util.List;

/**
 * The states that a decision computed while it chose its events, so that they are not computed again when the events are stored. An
 * event that nobody foresaw, as in replay, is applied as always.
 */
final class ForeseenStates {

    private ChatDecision expected = NOTHING;
    private ChatState before = ChatState.EMPTY;
    private int next;

    private static final ChatDecision NOTHING =
            new ChatDecision(List.of(), List.of(), List.of(), ChatMemory.EMPTY, ChatDecision.Then.GO_ON);

    /** The events of this decision come next. */
    void expect(ChatState state, ChatDecision decision) {
        expected = decision;
        before = state;
        next = 0;
    }

    @SuppressWarnings(
            "ReferenceEquality") // The very events and states of the decision: comparing their values costs more than
    // applying.
    ChatState apply(ChatState state, ChatEvent event) {
        if (next < expected.events().size() && expected.events().get(next) == event && state == before) {
            before = expected.states().get(next++);
            return before;
        }
        return ChatHistory.apply(state, event);
    }
}
