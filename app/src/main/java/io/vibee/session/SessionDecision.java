package io.vibee.session;

import io.vibee.protocol.session.SessionEvent;
import io.vibee.protocol.session.SessionState;
import java.util.List;

/**
 * What comes of one step of a session.
 *
 * @param events to store, all or none
 * @param states the state after each event
 * @param effects to do then, in order
 * @param stop whether the session ends then
 */
record SessionDecision(
        List<SessionEvent> events, List<SessionState> states, List<SessionEffect> effects, boolean stop) {

    SessionDecision {
        events = List.copyOf(events);
        states = List.copyOf(states);
        effects = List.copyOf(effects);
    }
}
