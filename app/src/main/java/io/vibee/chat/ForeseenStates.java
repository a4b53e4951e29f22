package io.vibee.chat;

import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatState;
import java.util.Iterator;
import java.util.List;

/**
 * The states that a decision computed while it chose its events, so that they are not computed again when the events are stored. An
 * event that nobody foresaw, as in replay, is applied as always. Nothing is kept of a decision once its events are applied.
 */
final class ForeseenStates {

    private Iterator<ChatEvent> events = List.<ChatEvent>of().iterator();
    private Iterator<ChatState> states = List.<ChatState>of().iterator();

    /** The events of this decision come next, each as this very object. */
    void expect(ChatDecision decision) {
        events = decision.events().iterator();
        states = decision.states().iterator();
    }

    /** A write that failed: what was foreseen does not come. */
    void forget() {
        events = List.<ChatEvent>of().iterator();
        states = List.<ChatState>of().iterator();
    }

    @SuppressWarnings("ReferenceEquality") // The very event: comparing values would cost more than applying it.
    ChatState apply(ChatState state, ChatEvent event) {
        if (events.hasNext() && events.next() == event) {
            return states.next();
        }
        forget();
        return ChatHistory.apply(state, event);
    }
}
