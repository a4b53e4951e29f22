package io.vibee.journal;

/**
 * The type of a stored event or snapshot is unknown, or its bytes are damaged. The message names the row, so that a person can
 * look at it, and does not show the payload.
 */
public final class UnreadablePayloadException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private UnreadablePayloadException(
            String kind, String persistenceId, long sequenceNr, SerializedPayload payload, Throwable cause) {
        super(
                "The " + kind + " with sequence number [" + sequenceNr + "] of persistence id [" + persistenceId
                        + "] can't be read (serializer [" + payload.serializerId() + "], manifest ["
                        + payload.manifest() + "])",
                cause);
    }

    public static UnreadablePayloadException event(
            String persistenceId, long sequenceNr, SerializedPayload payload, Throwable cause) {
        return new UnreadablePayloadException("event", persistenceId, sequenceNr, payload, cause);
    }

    public static UnreadablePayloadException snapshot(
            String persistenceId, long sequenceNr, SerializedPayload payload, Throwable cause) {
        return new UnreadablePayloadException("snapshot", persistenceId, sequenceNr, payload, cause);
    }
}
