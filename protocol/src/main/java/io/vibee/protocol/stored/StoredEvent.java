package io.vibee.protocol.stored;

/** An event of ours, stored as JSON text. Its class name is its manifest: moving or renaming it needs a migration. */
public interface StoredEvent extends Stored {

    /** Whose event it is, within what, when, and whether something is still unfinished after it. */
    EventHead head();
}
