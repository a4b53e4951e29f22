package io.vibee.persistence.keys;

/** The owner was erased: nothing can be encrypted for him any more. */
public final class OwnerErasedException extends RuntimeException {

    OwnerErasedException(String owner) {
        super("owner " + owner + " was erased");
    }
}
