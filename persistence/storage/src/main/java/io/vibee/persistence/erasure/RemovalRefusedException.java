package io.vibee.persistence.erasure;

/** The events were not removed; the message is one line for whoever asked. */
public final class RemovalRefusedException extends RuntimeException {

    RemovalRefusedException(String message) {
        super(message);
    }
}
