package io.vibee.chat;

import io.vibee.cluster.JournaledEntity.Then;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatState;
import java.util.List;

/**
 * What comes of one step of a chat.
 *
 * @param events to store, all or none
 * @param states the state after each event
 * @param effects to do then, in order
 * @param memory what to remember then
 */
record ChatDecision(
        List<ChatEvent> events, List<ChatState> states, List<ChatEffect> effects, ChatMemory memory, Then then) {

    ChatDecision {
        events = List.copyOf(events);
        states = List.copyOf(states);
        effects = List.copyOf(effects);
    }
}
