package io.vibee.journal.model;

import io.vibee.journal.DirectJournal;
import io.vibee.journal.Ledger;
import java.util.TreeMap;

/** Compares what the journal replays with what is expected. */
final class Replays {

    private Replays() {}

    static boolean matches(DirectJournal.Replay replay, Expected expected) {
        TreeMap<Long, String> texts = new TreeMap<>();
        replay.events().forEach(event -> texts.put(event.sequenceNr(), ((Ledger.Entered) event.payload()).entry()));
        TreeMap<Long, String> wanted = new TreeMap<>();
        expected.events().forEach((number, note) -> wanted.put(number, note.text()));
        return replay.events().size() == texts.size() && texts.equals(wanted);
    }
}
