package io.vibee.persistence.keys;

/** The owner was erased. Nothing is encrypted or connected for this owner any more. */
public final class OwnerErasedException extends RuntimeException {

    public OwnerErasedException(String owner) {
        super("owner " + owner + " was erased");
    }
}
