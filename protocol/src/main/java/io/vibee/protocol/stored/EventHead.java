package io.vibee.protocol.stored;

import java.time.Instant;

/**
 * What the journal needs to know of an event without knowing the domain.
 *
 * @param owner the id of the user whose event it is
 * @param scope the id of the session within which it happened, or the empty string for the account itself
 * @param open whether the entity still has something to finish after this event: a sweep then wakes it after a crash
 * @param at when the command handler made it, by the clock of its node
 */
public record EventHead(String owner, String scope, boolean open, Instant at) implements Stored {

    public EventHead withOpen(boolean nowOpen) {
        return nowOpen == open ? this : new EventHead(owner, scope, nowOpen, at);
    }
}
