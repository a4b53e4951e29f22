package io.vibee.persistence.read;

import java.util.Locale;

/** How far a message is. */
public enum MessageStatus {
    /** It came, and nothing is left to do. */
    RECEIVED,
    /** It came and will be answered. */
    PENDING,
    /** It came and gets no answer. */
    NOT_ANSWERED,
    /** It is to be sent. */
    QUEUED,
    DELIVERED,
    /** Nobody can know whether it was sent, and it is not sent again. */
    IN_DOUBT,
    FAILED;

    String stored() {
        return name().toLowerCase(Locale.ROOT);
    }

    static MessageStatus of(String stored) {
        return valueOf(stored.toUpperCase(Locale.ROOT));
    }
}
