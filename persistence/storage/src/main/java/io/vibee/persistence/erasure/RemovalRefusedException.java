package io.vibee.persistence.erasure;

/** The events were not removed. The message is one line for the operator. */
public final class RemovalRefusedException extends RuntimeException {

    RemovalRefusedException(String message) {
        super(message);
    }
}
