package io.vibee.journal;

/**
 * Another writer, on this node or another one, has already stored events with these sequence numbers. Nothing of this write was
 * stored. The entity that wrote must stop, because its state is not what the journal says.
 */
public final class ConcurrentWriterException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ConcurrentWriterException(String write, Throwable cause) {
        super("Another writer has stored " + write, cause);
    }
}
