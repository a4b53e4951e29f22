package io.vibee.cluster;

import io.vibee.journal.ReservedTags;
import io.vibee.protocol.stored.EventHead;
import io.vibee.protocol.stored.StoredEvent;
import java.util.LinkedHashSet;
import java.util.Set;

/** Tells the journal whose an event is and whether something is unfinished after it, in the tags that it reserves for that. */
public final class JournalTags {

    private JournalTags() {}

    public static Set<String> of(StoredEvent event) {
        EventHead head = event.head();
        Set<String> tags = new LinkedHashSet<>();
        tags.add(ReservedTags.owner(head.owner()));
        if (!head.scope().isEmpty()) {
            tags.add(ReservedTags.scope(head.scope()));
        }
        tags.add(head.open() ? ReservedTags.OPEN : ReservedTags.CLOSED);
        return tags;
    }
}
