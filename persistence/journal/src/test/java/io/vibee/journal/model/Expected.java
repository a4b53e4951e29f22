package io.vibee.journal.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What is to be found of one persistence id. Unchangeable, so that several can be possible. */
record Expected(long highest, SortedMap<Long, Note> events, Snapshot snapshot) {

    /** An event's text and tags. */
    record Note(String text, Set<String> tags) {}

    /** The state at a sequence number; none at 0. */
    record Snapshot(long sequenceNr, List<String> entries) {

        static final Snapshot NONE = new Snapshot(0, List.of());
    }

    static final Expected NOTHING = new Expected(0, new TreeMap<>(), Snapshot.NONE);

    Expected written(List<Note> notes) {
        TreeMap<Long, Note> all = new TreeMap<>(events);
        long number = highest;
        for (Note note : notes) {
            all.put(++number, note);
        }
        return new Expected(number, all, snapshot);
    }

    Expected deletedTo(long to) {
        return new Expected(highest, new TreeMap<>(events.tailMap(to + 1)), snapshot);
    }

    /** @param state of the entity, which may remember more than can be recovered */
    Expected saved(List<String> state) {
        return new Expected(highest, events, new Snapshot(highest, state));
    }

    Expected withoutSnapshot() {
        return new Expected(highest, events, Snapshot.NONE);
    }

    /** The state that an entity recovers. */
    List<String> recovered() {
        List<String> state = new ArrayList<>(snapshot.entries());
        events.tailMap(snapshot.sequenceNr() + 1).values().forEach(note -> state.add(note.text()));
        return state;
    }
}
