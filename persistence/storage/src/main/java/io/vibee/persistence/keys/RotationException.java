package io.vibee.persistence.keys;

/** The master key can't be rotated as asked; the message is one line for whoever asked. */
public final class RotationException extends RuntimeException {

    RotationException(String message) {
        super(message);
    }
}
