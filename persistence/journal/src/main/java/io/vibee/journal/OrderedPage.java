package io.vibee.journal;

import java.util.List;

/**
 * Events in the journal's order.
 *
 * @param events all events of the selection from the place where the page began to {@code reached}
 * @param reached the place of an event, or where the page began; no event of the selection will come before it any more
 * @param horizon no event will come before this place either, unless the server crashes
 * @param end whether no more events can be seen
 * @param hidden whether there are more events, which can't be seen yet because an older transaction is still open
 */
public record OrderedPage(
        List<OrderedEvent> events, JournalOffset reached, JournalOffset horizon, boolean end, boolean hidden) {

    public OrderedPage {
        events = List.copyOf(events);
    }
}
