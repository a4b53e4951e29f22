package io.vibee.protocol.stored;

/** An event of ours, stored as JSON text. Its class name is its manifest: moving or renaming it needs a migration. */
public interface StoredEvent extends Stored {

    /** Whom it belongs to, where and when it happened, and whether something is unfinished after it. */
    EventHead head();
}
