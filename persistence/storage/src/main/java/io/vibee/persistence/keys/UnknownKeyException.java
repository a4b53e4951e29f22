package io.vibee.persistence.keys;

/** No key of this id belongs to this owner; unlike an erased one, it never did. */
public final class UnknownKeyException extends RuntimeException {

    UnknownKeyException(String owner, String keyId) {
        super("no key " + keyId + " of owner " + owner);
    }
}
