package io.vibee.protocol.stored;

import java.time.Instant;

/**
 * What the journal must know of an event without knowing the domain.
 *
 * @param owner the id of the user to whom the event belongs
 * @param scope the id of the session within which it happened, or the empty string for the account itself
 * @param open whether the entity has something left to finish after this event; after a crash a sweep then wakes it
 * @param at when the command handler made it, by its node's clock
 */
public record EventHead(String owner, String scope, boolean open, Instant at) implements Stored {

    public EventHead withOpen(boolean nowOpen) {
        return nowOpen == open ? this : new EventHead(owner, scope, nowOpen, at);
    }
}
