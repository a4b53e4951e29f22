package io.vibee.persistence.keys;

/** The owner was erased: nothing is encrypted or connected for him any more. */
public final class OwnerErasedException extends RuntimeException {

    public OwnerErasedException(String owner) {
        super("owner " + owner + " was erased");
    }
}
