package io.vibee.journal;

/** An event with its place in the order in which readers see the journal. */
public record OrderedEvent(JournalOffset offset, String entityType, int slice, StoredEvent event) {}
