package io.vibee.journal;

/**
 * Events with these sequence numbers are stored already: somebody else writes this persistence id, on this node or another.
 * Nothing of the write was stored, and the entity that meant to must stop: its state is not what the journal says.
 */
public final class ConcurrentWriterException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ConcurrentWriterException(JournalWrite write, Throwable cause) {
        super("Another writer has stored " + write.describe(), cause);
    }
}
