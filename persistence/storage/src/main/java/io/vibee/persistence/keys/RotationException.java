package io.vibee.persistence.keys;

/** The master key can't be rotated as asked. The message is one line for the operator. */
public final class RotationException extends RuntimeException {

    RotationException(String message) {
        super(message);
    }
}
