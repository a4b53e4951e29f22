package io.vibee.cluster;

import java.util.Iterator;
import java.util.List;

/**
 * The states that a decision computed while it chose its events, so that they are not computed again when the events are stored. An
 * event that nobody foresaw, as in replay, is applied as always. Nothing is kept of a decision once its events are applied.
 *
 * @param <E> events
 * @param <S> states
 */
public final class ForeseenStates<E, S> {

    /** What an event makes of a state. */
    @FunctionalInterface
    public interface History<E, S> {
        S apply(S state, E event);
    }

    private final History<E, S> history;
    private Iterator<E> events = List.<E>of().iterator();
    private Iterator<S> states = List.<S>of().iterator();

    public ForeseenStates(History<E, S> history) {
        this.history = history;
    }

    /**
     * These events come next, each as this very object.
     *
     * @param after the state after each
     */
    public void expect(List<E> next, List<S> after) {
        events = next.iterator();
        states = after.iterator();
    }

    /** A write that failed: what was foreseen does not come. */
    public void forget() {
        events = List.<E>of().iterator();
        states = List.<S>of().iterator();
    }

    @SuppressWarnings("ReferenceEquality") // The very event: comparing values would cost more than applying it.
    public S apply(S state, E event) {
        if (events.hasNext() && events.next() == event) {
            return states.next();
        }
        forget();
        return history.apply(state, event);
    }
}
