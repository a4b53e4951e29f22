package io.vibee.journal;

import java.util.List;

/**
 * Some events in order.
 *
 * @param events all that there are between where the page began and {@code reached}
 * @param reached nothing that the reader is to see will ever come before it any more; an event's place, or where the page began
 * @param horizon nothing will ever come before it either, but only while the server does not crash
 * @param end whether there was nothing more to see
 * @param hidden whether there is more, which may not be seen yet because a transaction from before it is still open
 */
public record OrderedPage(
        List<OrderedEvent> events, JournalOffset reached, JournalOffset horizon, boolean end, boolean hidden) {

    public OrderedPage {
        events = List.copyOf(events);
    }
}
